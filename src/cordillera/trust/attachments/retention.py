"""What of attachments expires: parts, with the record that names them at the latest."""

from cordillera.trust.safeguards.store import ErasableTable

ERASABLES: tuple[ErasableTable, ...] = (ErasableTable("attachment_part", key_column=""),)
