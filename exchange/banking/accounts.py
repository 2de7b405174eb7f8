"""Account numbers: which are IBANs, and whether they can be."""

from exchange.banking.errors import AccountWrong
from exchange.kernel.bank_numbers import checked_iban, reads_as_iban


def is_iban(account_id: str) -> bool:
    """Whether an account is an IBAN.

    Raises: AccountWrong if it reads like one and its check digits are wrong. Source: ISO 13616, ISO 7064 MOD 97-10.
    """
    if not reads_as_iban(account_id):
        return False
    if not checked_iban(account_id):
        raise AccountWrong(
            f"the check digits of {account_id} are wrong; compare it with what its holder gave"
        )
    return True
