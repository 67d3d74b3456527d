"""How many people are asked on a day is counted by the day

Revision: 0028
Follows: 0027
"""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_check_in_prompt_local_date", "check_in_prompt", ["local_date"])
