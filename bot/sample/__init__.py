"""An organisation for the demo: people, and two quarters of what they did, told in plain files.

`story` reads the files, `plan` makes them acts with moments within people's own hours (`days`), and
`history` carries those out by the use cases (`goals`, `talk`) and says what stands in Slack since.
"""
