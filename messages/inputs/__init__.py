"""The kinds of inputs of a form: how each is shown, and how what Slack sends back is read."""

from messages.inputs.base import Answer, Asked, Choice, Input, InputError, State
from messages.inputs.files import File
from messages.inputs.menus import Checkboxes, ExternalSelect, Menu, MultiSelect, Radio, Select, Tick
from messages.inputs.moments import Date, DateTime, TimeOfDay
from messages.inputs.parts import Parts
from messages.inputs.people import User, Users
from messages.inputs.phases import Phases
from messages.inputs.text import LongText, Number, PlainNumber, Text, Verbatim, WholeNumber

__all__ = [
    "Answer",
    "Asked",
    "Checkboxes",
    "Choice",
    "Date",
    "DateTime",
    "ExternalSelect",
    "File",
    "Input",
    "InputError",
    "LongText",
    "Menu",
    "MultiSelect",
    "Number",
    "Parts",
    "Phases",
    "PlainNumber",
    "Radio",
    "Select",
    "State",
    "Text",
    "Tick",
    "TimeOfDay",
    "User",
    "Users",
    "Verbatim",
    "WholeNumber",
]
