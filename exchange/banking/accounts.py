"""Account numbers: which are IBANs, and whether they can be."""

import re

from exchange.banking.errors import AccountWrong

_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", re.ASCII)


def is_iban(account_id: str) -> bool:
    """Whether an account is an IBAN.

    Raises: AccountWrong if it reads like one and its check digits are wrong. Source: ISO 13616, ISO 7064 MOD 97-10.
    """
    if not _IBAN.fullmatch(account_id):
        return False
    digits = "".join(str(int(each, 36)) for each in account_id[4:] + account_id[:4])
    if int(digits) % 97 != 1:
        raise AccountWrong(
            f"the check digits of {account_id} are wrong; compare it with what its holder gave"
        )
    return True
