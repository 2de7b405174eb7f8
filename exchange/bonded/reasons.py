"""Why bonded processing refuses."""

from exchange.kernel.reasons import Why


class Reason(Why):
    """Why bonded processing refuses."""

    PARTY_UNKNOWN = (
        "PARTY_UNKNOWN",
        "The participant was never admitted, or word of it has not arrived here yet.",
        "Check the name, have an operator admit it, or wait a moment and ask again.",
    )
    PARTY_SUSPENDED = (
        "PARTY_SUSPENDED",
        "The participant is suspended, its pre-entry commitment with it.",
        "Have an operator reinstate it first.",
    )
    PARTY_TOO_LONG = (
        "PARTY_TOO_LONG",
        "What the registry says of the participant is longer than a decision can hold.",
        "Admit it with fewer or shorter registered zones.",
    )
    ROLE_MISSING = (
        "ROLE_MISSING",
        "Whoever asked does not have the role that this takes.",
        "Ask as a participant that has the role which the detail names.",
    )
    NOT_OWN = (
        "NOT_OWN",
        "It is another participant's to ask for.",
        "Speak as the participant whom the detail names.",
    )
    RULESET_MISSING = (
        "RULESET_MISSING",
        "No ruleset is in force, and without one nothing may cross the fence.",
        "Activate a ruleset, and ask again once it has taken effect.",
    )
    RULESET_NOT_INSTALLED = (
        "RULESET_NOT_INSTALLED",
        "This installation does not have the ruleset's content.",
        "Install it, then activate it again.",
    )
    RULESET_TOO_EARLY = (
        "RULESET_TOO_EARLY",
        "A ruleset that was adopted before takes effect later.",
        "Name a later time.",
    )
    FENCE_REFUSED = (
        "FENCE_REFUSED",
        "The fence does not let it pass; the codes say why.",
        "Supply what is asked for: a safeguard, a filing, a link in service, a place on the return list.",
    )
    ZONE_EXISTS = (
        "ZONE_EXISTS",
        "The business zone is open already.",
        "Nothing is to be done.",
    )
    ZONE_UNKNOWN = (
        "ZONE_UNKNOWN",
        "There is no such business zone here.",
        "Have an operator open it, or name the zone as its key too.",
    )
    ZONE_NOT_BONDED = (
        "ZONE_NOT_BONDED",
        "A business zone lies on the bonded side of the special area, and this place does not.",
        "Name the place CN-LG.",
    )
    LINK_UNKNOWN = (
        "LINK_UNKNOWN",
        "No such line was recorded here.",
        "Have an operator record it, or name another.",
    )
    LINK_PATH_BROKEN = (
        "LINK_PATH_BROKEN",
        "The lines do not lead from where the data is to where it is to go.",
        "Name every line of the path, in order.",
    )
    PLACES_SAME = (
        "PLACES_SAME",
        "A line has two different ends.",
        "Name the places that it connects.",
    )
    TIME_OUT_OF_RANGE = (
        "TIME_OUT_OF_RANGE",
        "The ruling would have ended already, or would hold for longer than three years.",
        "Name a time in between.",
    )
    RULINGS_TOO_MANY = (
        "RULINGS_TOO_MANY",
        "As many rulings hold for the handbook as may at a time.",
        "Wait until one has ended.",
    )
    HANDBOOK_TAKEN = (
        "HANDBOOK_TAKEN",
        "The business zone has a consignment under this handbook.",
        "Use a handbook number of its own for each consignment.",
    )
    PROCESSOR_UNFIT = (
        "PROCESSOR_UNFIT",
        "A processor sits in the special area and has the role of one.",
        "Name a participant with the role processor and the zone's place.",
    )
    LOTS_ALIKE = (
        "LOTS_ALIKE",
        "Two lots of a consignment have the same name.",
        "Give each lot a name of its own.",
    )
    BYTES_DIFFER = (
        "BYTES_DIFFER",
        "A lot counted in bytes has another quantity than size.",
        "Give the lot the same quantity and size, or count the consignment in another unit.",
    )
    VERSION_UNKNOWN = (
        "VERSION_UNKNOWN",
        "No product version of that name was registered, as far as this zone has been told.",
        "Check the name (`exchange query listings`), and have the version registered first.",
    )
    TRAITS_OUTDATED = (
        "TRAITS_OUTDATED",
        "This description asks less of the data than that of the product version that it is of.",
        "Describe it as the version was drafted, or is described now (`exchange query product_reclassifications`).",
    )
    TRAITS_TOO_LONG = (
        "TRAITS_TOO_LONG",
        "The description of the data is longer than a decision can hold.",
        "Name fewer fields and scenarios.",
    )
    RETENTION_OVER = (
        "RETENTION_OVER",
        "The last day is no day of the calendar, or is over.",
        "Name a day of the calendar that is still to come.",
    )
    CONSIGNMENT_UNKNOWN = (
        "CONSIGNMENT_UNKNOWN",
        "There is no such consignment here.",
        "Use the id of its `ConsignmentProposed`, with its business zone as the key.",
    )
    CONSIGNMENT_NOT_ADMITTED = (
        "CONSIGNMENT_NOT_ADMITTED",
        "The fence has put the consignment to people, and they have not let it in.",
        "Ask the counter for a ruling on its codes.",
    )
    CONSIGNMENT_CLOSED = (
        "CONSIGNMENT_CLOSED",
        "The consignment is written off: nothing of it is left.",
        "Nothing is to be done.",
    )
    KEY_DESTROYED = (
        "KEY_DESTROYED",
        "The consignment's key is destroyed, so nothing of its raw data can be read any more.",
        "Use what was made of it before, or bring the data in again.",
    )
    SOURCE_UNKNOWN = (
        "SOURCE_UNKNOWN",
        "There is no such source here.",
        "Register it first, or use the id of its `SourceRegistered`.",
    )
    LOTS_TOO_MANY = (
        "LOTS_TOO_MANY",
        "As many lots of the consignment are other data than it as may be.",
        "Re-classify the consignment.",
    )
    ITEMS_UNKNOWN = (
        "ITEMS_UNKNOWN",
        "The items are not all in the consignment.",
        "Name a lot of it, and numbers below the lot's quantity, the first before the last.",
    )
    ITEMS_TWICE = (
        "ITEMS_TWICE",
        "The same item is named twice.",
        "Name every item once.",
    )
    ITEMS_GONE = (
        "ITEMS_GONE",
        "Some of the items have left the books: they were returned, handed over, scrapped or destroyed.",
        "Name only items that are still there.",
    )
    ITEMS_CONSUMED = (
        "ITEMS_CONSUMED",
        "Some of the items are part of a product, and are accounted for with it.",
        "Name only items that are on hand.",
    )
    ITEMS_HELD = (
        "ITEMS_HELD",
        "Some of the items are on their way out, or their deletion waits to be verified.",
        "Wait for the receipt or the certificate, or withdraw the request.",
    )
    ITEMS_IN_JOB = (
        "ITEMS_IN_JOB",
        "A job that still runs works on some of the items.",
        "Complete the job run first.",
    )
    ITEMS_SCATTERED = (
        "ITEMS_SCATTERED",
        "The books of a lot would fall into more pieces than are kept.",
        "Name larger ranges.",
    )
    ITEMS_MIXED = (
        "ITEMS_MIXED",
        "The items belong to several consignments, or some are other data than others.",
        "Ask for each consignment, and each lot that is other data, by itself.",
    )
    INPUT_MISSING = (
        "INPUT_MISSING",
        "A job run needs something to work on.",
        "Name items, outputs or sources.",
    )
    OUTPUT_UNKNOWN = (
        "OUTPUT_UNKNOWN",
        "There is no such output here.",
        "Use the id that its `JobRunCompleted` gives it.",
    )
    OUTPUT_INTERMEDIATE = (
        "OUTPUT_INTERMEDIATE",
        "The output is an intermediate one, whose items are still on hand.",
        "Make a product of it first.",
    )
    OUTPUT_DESTROYED = (
        "OUTPUT_DESTROYED",
        "The output was deleted, or its deletion waits to be verified.",
        "Make it again.",
    )
    TOO_MANY_BEHIND = (
        "TOO_MANY_BEHIND",
        "More consignments or sources are behind it than one decision can look at.",
        "Take less together.",
    )
    STATION_ELSEWHERE = (
        "STATION_ELSEWHERE",
        "The workers sit in another business zone than the data.",
        "Use stations of the zone in which the data is.",
    )
    SEATS_EXHAUSTED = (
        "SEATS_EXHAUSTED",
        "The zone does not have as many free seats.",
        "Wait for a job run to end, or send fewer workers.",
    )
    JOBS_TOO_MANY = (
        "JOBS_TOO_MANY",
        "As many jobs run on the consignment as may at a time.",
        "Complete one first.",
    )
    JOB_UNKNOWN = (
        "JOB_UNKNOWN",
        "There is no such job run here.",
        "Use the id of its `JobRunStarted`.",
    )
    JOB_ENDED = (
        "JOB_ENDED",
        "The job run has ended.",
        "Start another.",
    )
    JOB_RUNNING = (
        "JOB_RUNNING",
        "The job run has not made anything yet.",
        "Complete it first.",
    )
    COEFFICIENT_MISSING = (
        "COEFFICIENT_MISSING",
        "No coefficient was declared for a by-product's unit when the job run started.",
        "Start a run that declares it.",
    )
    COEFFICIENT_EXCEEDED = (
        "COEFFICIENT_EXCEEDED",
        "The job run yields more of a by-product than was declared.",
        "Start a run that declares the coefficient as it is.",
    )
    COEFFICIENTS_ALIKE = (
        "COEFFICIENTS_ALIKE",
        "Two coefficients are declared for the same unit.",
        "Declare one for each unit.",
    )
    PRODUCT_BEYOND = (
        "PRODUCT_BEYOND",
        "It counts more of a consignment's unit than it holds items of.",
        "Name all items that it holds, or give it a unit of its own.",
    )
    UNIT_NOT_OWN = (
        "UNIT_NOT_OWN",
        "A by-product is counted in the unit of a consignment, in which only its items are.",
        "Give the by-product a unit of its own.",
    )
    PRODUCT_EMPTY = (
        "PRODUCT_EMPTY",
        "A product is made of no item of a consignment, and no account would show it.",
        "Call it a by-product, or name the items that it holds.",
    )
    FIELDS_ALIKE = (
        "FIELDS_ALIKE",
        "Two declared fields of an output have the same name.",
        "Name each field once.",
    )
    FIELD_SOURCE_UNKNOWN = (
        "FIELD_SOURCE_UNKNOWN",
        "A declared field is said to be made from something that did not go into the job run.",
        "Name a lot as CONSIGNMENT/LOT, or an output or a source by its id, that the run was started with.",
    )
    ITEMS_NOT_INPUT = (
        "ITEMS_NOT_INPUT",
        "An output is said to hold items that did not go into the job run.",
        "Name only items that are behind its inputs.",
    )
    REPORT_REPEATED = (
        "REPORT_REPEATED",
        "The flags are cleared already.",
        "Nothing is to be done.",
    )
    ASSESSOR_CONFLICT = (
        "ASSESSOR_CONFLICT",
        "The assessor has the same owner as the processor.",
        "Have somebody else look at the report.",
    )
    SOURCES_UNFIT = (
        "SOURCES_UNFIT",
        "Sources are named for an undeclared input, and for nothing else.",
        "Name what went in, or call the incident by its own kind.",
    )
    CASE_UNKNOWN = (
        "CASE_UNKNOWN",
        "There is no such case here.",
        "Use the id of its `CaseOpened`.",
    )
    CASE_CLOSED = (
        "CASE_CLOSED",
        "The case was decided before.",
        "Nothing is to be done.",
    )
    PANEL_NOT_COMPLETE = (
        "PANEL_NOT_COMPLETE",
        "A panel has one named member of each constituency, none of them a party to the case.",
        "Name a member each of government, institution and industry.",
    )
    CONSIGNEE_UNFIT = (
        "CONSIGNEE_UNFIT",
        "Whoever hands it over would also receive it.",
        "Name somebody else.",
    )
    OUTPUTS_MIXED = (
        "OUTPUTS_MIXED",
        "The outputs belong to several processors or business zones.",
        "Ask for each of them by itself.",
    )
    EGRESS_UNKNOWN = (
        "EGRESS_UNKNOWN",
        "There is no such request here.",
        "Use the id of its `EgressRequested`.",
    )
    EGRESS_NOT_APPROVED = (
        "EGRESS_NOT_APPROVED",
        "The fence does not let it out, as things stand.",
        "Mend what the codes of the last `EgressHeld` name; it is approved as soon as the fence lets it pass.",
    )
    EGRESS_IN_TRANSIT = (
        "EGRESS_IN_TRANSIT",
        "It is on its way to another business zone, which has not answered yet.",
        "Wait for that zone's answer: it takes the items in, or sends them back.",
    )
    EGRESS_ENDED = (
        "EGRESS_ENDED",
        "It has arrived, or the request was taken back.",
        "Ask again for what is still to leave.",
    )
    ARRIVAL_DIFFERS = (
        "ARRIVAL_DIFFERS",
        "What arrived is not what was sent: digests or sizes differ.",
        "Send it again, or withdraw the request.",
    )
    SIGNATURE_INVALID = (
        "SIGNATURE_INVALID",
        "The signature is not that of whoever asked, over these very bytes.",
        "Sign with the key of the pre-entry commitment.",
    )
    HASHES_MISSING = (
        "HASHES_MISSING",
        "There is not one hash for each item and each output that was deleted.",
        "Build the tree over all of them.",
    )
    NOTHING_NAMED = (
        "NOTHING_NAMED",
        "Nothing was deleted.",
        "Name items or outputs.",
    )
    KEY_UNFIT = (
        "KEY_UNFIT",
        "A cryptographic erase names the consignment's own key and the log of its end; other methods name none.",
        "Name the key that the consignment is encrypted with, or another method.",
    )
    KEY_COVERS_MORE = (
        "KEY_COVERS_MORE",
        "Destroying the key deletes everything that is on hand of the consignment, and not all of it is named.",
        "Name all items that are on hand, or choose another method.",
    )
    CERTIFICATE_UNKNOWN = (
        "CERTIFICATE_UNKNOWN",
        "There is no such deletion here.",
        "Use the id of its `DestructionRecorded`.",
    )
    CERTIFICATE_ISSUED = (
        "CERTIFICATE_ISSUED",
        "The deletion was certified before.",
        "Nothing is to be done.",
    )
    VERIFIER_IS_OPERATOR = (
        "VERIFIER_IS_OPERATOR",
        "Whoever deletes does not verify it, nor does anybody with the same owner.",
        "Have somebody else verify it.",
    )
    SAMPLE_TOO_LARGE = (
        "SAMPLE_TOO_LARGE",
        "The sample is empty, or larger than what was deleted.",
        "Look at one of the hashes at least, at all of them at most.",
    )
    OUTPUT_STRANGE = (
        "OUTPUT_STRANGE",
        "The output was not made of this consignment.",
        "Name the consignment that is behind it.",
    )
    DIFFERENCE_OPEN = (
        "DIFFERENCE_OPEN",
        "What was counted differs from the books by more than the tolerance; no new work begins until it is explained.",
        "Scrap what is lost, count again, or both.",
    )
    BALANCE_OPEN = (
        "BALANCE_OPEN",
        "The balance is not closed.",
        "Count what is on hand, and explain what differs.",
    )
    ITEMS_LEFT = (
        "ITEMS_LEFT",
        "Items of the consignment are still on hand.",
        "Return, hand over, scrap or destroy them.",
    )
    OUTPUTS_LEFT = (
        "OUTPUTS_LEFT",
        "Intermediate outputs of the consignment are still there.",
        "Destroy them.",
    )
    WORK_LEFT = (
        "WORK_LEFT",
        "Jobs run on the consignment, something of it is on its way out, or a deletion waits to be verified.",
        "Let these end first, or take requests back with `exchange consignment withdraw`.",
    )
    OUTPUT_OFFERED = (
        "OUTPUT_OFFERED",
        "The output is a product version already.",
        "Nothing is to be done.",
    )
    VERSION_OFFERED = (
        "VERSION_OFFERED",
        "Another output is this product version, and a version never changes.",
        "Register a new version.",
    )
    POOL_UNKNOWN = (
        "POOL_UNKNOWN",
        "The processor has declared no such pool of workers in the business zone.",
        "Declare it, with the names of its workers.",
    )
    POOL_TAKEN = (
        "POOL_TAKEN",
        "Another processor has a pool of this name in the business zone.",
        "Choose another name.",
    )
    POOL_STRANGE = (
        "POOL_STRANGE",
        "Another pool works on the job run.",
        "Name the pool that the job run was started with.",
    )
    WORKER_UNKNOWN = (
        "WORKER_UNKNOWN",
        "Nobody of this name works in the pool.",
        "Declare the pool with the worker in it.",
    )
    WORKER_BUSY = (
        "WORKER_BUSY",
        "The worker sits at another station.",
        "End that session first.",
    )
    STATION_UNKNOWN = (
        "STATION_UNKNOWN",
        "No such station was recorded here.",
        "Have an operator record it.",
    )
    STATION_TAKEN = (
        "STATION_TAKEN",
        "A station of this name stands in another business zone.",
        "Give each station a name of its own.",
    )
    STATION_DOWN = (
        "STATION_DOWN",
        "The station is down.",
        "Use another, or have an operator record that it is in service again.",
    )
    STATION_OPEN = (
        "STATION_OPEN",
        "The station lets its worker do more than view and annotate.",
        "Close it, and have an operator record what it lets its worker do.",
    )
    STATION_BUSY = (
        "STATION_BUSY",
        "Somebody sits at the station.",
        "End that session first, or use another station.",
    )
    ACCESS_UNFIT = (
        "ACCESS_UNFIT",
        "It does not say what is to be seen, or says it twice.",
        "Name a job run, or items of consignments.",
    )
    ACCESS_TIME_UNFIT = (
        "ACCESS_TIME_UNFIT",
        "It would be over already, or last beyond the last day of the data, or for longer than it may.",
        "Name a time in between, as the detail says.",
    )
    SESSION_UNKNOWN = (
        "SESSION_UNKNOWN",
        "No such session is open.",
        "Use the id of a `SessionOpened` that no `SessionEnded` has followed.",
    )
    VOLUME_UNKNOWN = (
        "VOLUME_UNKNOWN",
        "There is no such volume here.",
        "Use the id of its `VolumeGranted`.",
    )
    VOLUME_RAW = (
        "VOLUME_RAW",
        "The volume of a consignment holds its raw data, which nobody who works on it writes to.",
        "Grant it for reading, and the volume of a job run for writing.",
    )
    VOLUME_GRANTED = (
        "VOLUME_GRANTED",
        "A pool has the volume already, and one at a time may.",
        "Revoke it first.",
    )
    VOLUME_CLOSED = (
        "VOLUME_CLOSED",
        "Nobody has the volume.",
        "Nothing is to be done.",
    )
    VOLUME_CONDEMNED = (
        "VOLUME_CONDEMNED",
        "What is on the volume is to be deleted, or is.",
        "Nothing is to be done.",
    )
    VOLUME_IN_USE = (
        "VOLUME_IN_USE",
        "What is on the volume is still on the books, at work, or on its way out.",
        "Let that end first, as the detail says.",
    )
    STEP_NOT_DECIDED = (
        "STEP_NOT_DECIDED",
        "The port says that it did what was not decided here.",
        "Read the journal anew; report what was decided.",
    )
    PERSONS_YEAR = (
        "PERSONS_YEAR",
        "Persons are counted in the calendar year that runs in Asia/Shanghai, and ahead in the next one.",
        "Name that year.",
    )
    PERSONS_NONE = (
        "PERSONS_NONE",
        "The consignment or source is described as one without personal information.",
        "Leave it out; if it does hold persons, have it re-classified first (`ReclassifySource`).",
    )
    PERSONS_UNSEEN = (
        "PERSONS_UNSEEN",
        "Persons were found in the product version that it is of, and nobody has looked for them in it.",
        "Look, and re-classify it first (`ReclassifySource`).",
    )
    PERSONS_IMPOSSIBLE = (
        "PERSONS_IMPOSSIBLE",
        "The numbers cannot be those of a union: it is never smaller than a part, nor larger than all parts together.",
        "Count anew (`exchange persons union`); if an earlier declaration was wrong, declare that one again first.",
    )
    PERSONS_TOO_MANY = (
        "PERSONS_TOO_MANY",
        "As many declarations of this exporter count as may.",
        "Declare one union of all consignments and sources together.",
    )
