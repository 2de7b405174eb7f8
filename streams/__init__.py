"""Everything that moves bytes: Kafka, Faust, Avro. Nothing here knows a rule of the exchange."""
