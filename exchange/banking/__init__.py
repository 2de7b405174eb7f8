"""Files that banks take and give: credit transfers to send, statements and advices to read. Knows no journal."""
