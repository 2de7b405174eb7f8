// Reads whole topics with KafkaJS and prints every record as one line of JSON:
//   npm ci && node read.js BOOTSTRAP_SERVERS SCHEMA_REGISTRY TOPIC…

const { Kafka, CompressionCodecs, CompressionTypes, logLevel } = require("kafkajs");
const { SchemaRegistry } = require("@kafkajs/confluent-schema-registry");
const { decompress } = require("fzstd");

// The exchange writes zstd, which KafkaJS leaves to its users to bring.
CompressionCodecs[CompressionTypes.ZSTD] = () => ({
  compress: async () => { throw new Error("this program only reads"); },
  decompress: async (buffer) => Buffer.from(decompress(buffer)),
});

const [servers, registryUrl, ...topics] = process.argv.slice(2);
if (topics.length === 0) {
  console.error("node read.js BOOTSTRAP_SERVERS SCHEMA_REGISTRY TOPIC…");
  process.exit(1);
}
process.stdout.on("error", () => process.exit()); // whoever reads may have seen enough
const kafka = new Kafka({ clientId: "reader", brokers: servers.split(","), logLevel: logLevel.ERROR });
const registry = new SchemaRegistry({ host: registryUrl });

// Bytes stand as base64, since JSON has none.
const plain = (name, value) => (value && value.type === "Buffer" ? Buffer.from(value.data).toString("base64") : value);

async function ends() {
  const admin = kafka.admin();
  await admin.connect();
  const found = new Map();
  for (const topic of topics)
    for (const { partition, low, high } of await admin.fetchTopicOffsets(topic))
      if (Number(low) < Number(high)) found.set(`${topic}/${partition}`, Number(high));
  await admin.disconnect();
  return found;
}

async function main() {
  const left = await ends();
  const consumer = kafka.consumer({ groupId: `reader-${process.pid}` });
  await consumer.connect();
  await consumer.subscribe({ topics, fromBeginning: true });
  await new Promise((resolve, reject) => {
    if (left.size === 0) resolve();
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
    consumer.run({
      eachMessage: async ({ topic, partition, message }) => {
        const place = `${topic}/${partition}`;
        if (!left.has(place)) return;
        const line = { topic, partition, offset: Number(message.offset) };
        // Anybody may write anything into a command topic; the next record may be fine.
        try { line.value = await registry.decode(message.value); } catch (error) { line.unreadable = String(error); }
        console.log(JSON.stringify(line, plain));
        if (Number(message.offset) + 1 >= left.get(place)) left.delete(place);
        if (left.size === 0) resolve();
      },
    });
  });
  await consumer.disconnect();
}

main().catch((error) => { console.error(String(error)); process.exit(1); });
