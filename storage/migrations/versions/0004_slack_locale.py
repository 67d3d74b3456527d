"""The language of people of whom the directory names none, as their Slack profile says

Revision: 0004
Follows: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("slack_locale", sa.String(length=20), nullable=True))
