"""Bank files made for the tests, of banks that do not exist."""

from exchange.banking.values import BankAccount, Payment, PaymentSet
from exchange.kernel.time import instant

ACCOUNT = "6222-0001-0000-4711"
HEAD = "<GrpHdr><MsgId>M-1</MsgId><CreDtTm>2026-11-30T18:00:00Z</CreDtTm></GrpHdr>"


def balance(code: str, amount: str, currency: str = "CNY", sign: str = "CRDT") -> str:
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="{currency}">{amount}</Amt>'
        f"<CdtDbtInd>{sign}</CdtDbtInd><Dt><Dt>2026-11-30</Dt></Dt></Bal>"
    )


def entry(
    amount: str,
    sign: str = "CRDT",
    currency: str = "CNY",
    status: str = "BOOK",
    dates: str = "<BookgDt><Dt>2026-11-30</Dt></BookgDt><ValDt><Dt>2026-12-01</Dt></ValDt>",
    details: str = "",
    reference: str = "B-1",
    reversal: str = "",
) -> str:
    return (
        f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd>{reversal}'
        f"<Sts><Cd>{status}</Cd></Sts>{dates}<AcctSvcrRef>{reference}</AcctSvcrRef>"
        f"<BkTxCd><Prtry><Cd>TRF</Cd></Prtry></BkTxCd>{details}</Ntry>"
    )


def details(*payments: tuple[str, str, str]) -> str:
    """Of a payment to or from somebody: end-to-end id, amount (or none), name."""
    told = "".join(
        f"<TxDtls><Refs><EndToEndId>{end_to_end}</EndToEndId></Refs>"
        + (f'<Amt Ccy="CNY">{amount}</Amt>' if amount else "")
        + f"<RltdPties><Dbtr><Pty><Nm>{name}</Nm></Pty></Dbtr><Cdtr><Pty><Nm>{name}</Nm></Pty></Cdtr></RltdPties>"
        "<RmtInf><Ustrd>for data</Ustrd></RmtInf></TxDtls>"
        for end_to_end, amount, name in payments
    )
    return f"<NtryDtls>{told}</NtryDtls>"


def statement(*parts: str, currency: str = "CNY", head: str = "") -> bytes:
    """A camt.053 of these balances and entries."""
    return _camt("053", "BkToCstmrStmt", "Stmt", "".join(parts), currency, head)


def advice(*parts: str, currency: str = "CNY") -> bytes:
    """A camt.054 of these entries."""
    return _camt("054", "BkToCstmrDbtCdtNtfctn", "Ntfctn", "".join(parts), currency, "")


def _camt(number: str, message: str, part: str, content: str, currency: str, head: str) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{number}.001.08"><{message}>{HEAD}'
        f"<{part}><Id>S-2026-11-30</Id><Acct><Id><Othr><Id>{ACCOUNT}</Id></Othr></Id><Ccy>{currency}</Ccy></Acct>"
        f"{content}</{part}></{message}></Document>"
    ).encode()


def payments(*wanted: Payment, currency: str = "CNY", set_id: str = "N-0.12.0") -> PaymentSet:
    return PaymentSet(
        set_id=set_id,
        created_at=instant("2026-11-30T10:00:00Z"),
        value_date="2026-12-01",
        currency=currency,
        debtor=BankAccount(holder="Corridor Operator", account_id=ACCOUNT, bic="LGHBCNBJXXX"),
        payments=wanted,
    )


def payment(end_to_end_id: str = "N-0.12.0/1", amount_minor: int = 1_170_000, **given: str) -> Payment:
    creditor = {"holder": "临港数据有限公司", "account_id": "6222000100008888", "bic": "PUDBCNSH"} | given
    return Payment(
        end_to_end_id=end_to_end_id,
        creditor=BankAccount(**creditor),
        amount_minor=amount_minor,
        remittance="Payout 2026-12-01",
    )
