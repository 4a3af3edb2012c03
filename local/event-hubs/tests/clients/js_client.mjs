// The official JavaScript client against the server: js_client.mjs <host:port> <hub>.
//
// Publishes to and reads from partition 0 of the hub, where the test has already put events of the Rust client, and
// exits with a message when anything is not as the service would do it.

import { createRequire } from "node:module";
import { join } from "node:path";
import process from "node:process";

// The packages are installed in the directory that the test names, not beside this file.
const require = createRequire(join(process.cwd(), "package.json"));
const { EventHubConsumerClient, EventHubProducerClient, earliestEventPosition, latestEventPosition } =
  require("@azure/event-hubs");

const PATIENCE = 20_000;
const [address, hub] = process.argv.slice(2);
const connection =
  `Endpoint=sb://${address};SharedAccessKeyName=any;SharedAccessKey=any;UseDevelopmentEmulator=true`;
const large = Buffer.alloc(900_000, "0123456789");

function check(holds, otherwise) {
  if (!holds) throw new Error(typeof otherwise === "string" ? otherwise : JSON.stringify(otherwise));
}

async function until(done, otherwise) {
  const deadline = Date.now() + PATIENCE;
  while (!done()) {
    check(Date.now() < deadline, otherwise());
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Reads partition 0 while `use` runs. */
async function reading(startPosition, use, { group = "$Default", ...options } = {}) {
  const client = new EventHubConsumerClient(group, connection, hub, { retryOptions: { maxRetries: 0 } });
  const state = { events: [], errors: [], context: undefined };
  const handlers = {
    processEvents: async (events, context) => {
      state.events.push(...events);
      state.context = context;
    },
    processError: async (error) => state.errors.push(error),
  };
  state.wait = async (count) => {
    await until(() => state.events.length >= count, () => `${state.events.length} of ${count} events came`);
    return state.events;
  };
  const subscription = client.subscribe("0", handlers, { startPosition, maxWaitTimeInSeconds: 1, ...options });
  try {
    return await use(state);
  } finally {
    await subscription.close();
    await client.close();
  }
}

async function publish() {
  const client = new EventHubProducerClient(connection, hub);
  const properties = await client.getEventHubProperties();
  check(properties.partitionIds.join() === "0,1", properties);
  const batch = await client.createBatch({ partitionId: "0" });
  for (let number = 0; number < 20; number += 1) {
    check(batch.tryAdd({ body: Buffer.from(`js ${number}`), properties: { number, client: "js" } }), "full");
  }
  await client.sendBatch(batch);
  await client.sendBatch([{ body: large }], { partitionId: "0" });
  await client.sendBatch([{ body: { text: "keyed" } }], { partitionKey: "tenant-3" });
  const partition = await client.getPartitionProperties("0");
  check(!partition.isEmpty && partition.lastEnqueuedSequenceNumber >= 20, partition);
  await client.close();
}

async function read() {
  return reading(
    earliestEventPosition,
    async (state) => {
      const [fromRust, ...mine] = (await state.wait(22)).slice(0, 22);
      check(fromRust.body.toString() === "from rust", fromRust);
      check(fromRust.partitionKey === "tenant-1", fromRust);
      const texts = mine.slice(0, 20).map((event) => event.body.toString());
      check(texts.every((text, number) => text === `js ${number}`), texts);
      check(large.equals(mine[20].body), "the large event changed");
      check(mine[3].properties.number === 3 && mine[3].properties.client === "js", mine[3]);
      check(mine.every((event, index) => event.sequenceNumber === index + 1), "sequence numbers");
      const last = state.context.lastEnqueuedEventProperties;
      check(last.sequenceNumber >= 21, last);
      return mine;
    },
    { trackLastEnqueuedEventProperties: true },
  );
}

async function readFromPositions(mine) {
  const positions = [
    [{ sequenceNumber: 5, isInclusive: true }, (event) => event.sequenceNumber === 5],
    [{ sequenceNumber: 5 }, (event) => event.sequenceNumber === 6],
    [{ offset: mine[9].offset }, (event) => event.sequenceNumber === mine[10].sequenceNumber],
    [{ enqueuedOn: mine[0].enqueuedTimeUtc }, (event) => event.enqueuedTimeUtc >= mine[0].enqueuedTimeUtc],
  ];
  for (const [position, expected] of positions) {
    await reading(position, async (state) => {
      const [first] = await state.wait(1);
      check(expected(first), [position, first.sequenceNumber]);
    });
  }
}

async function readLatest() {
  await reading(
    latestEventPosition,
    async (state) => {
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      const client = new EventHubProducerClient(connection, hub);
      await client.sendBatch([{ body: Buffer.from("after latest") }], { partitionId: "0" });
      const [first] = await state.wait(1);
      check(first.body.toString() === "after latest", first);
      await client.close();
    },
    { group: "late" },
  );
}

async function ownerLevels() {
  const owned = (ownerLevel) => ({ group: "owned", ownerLevel });
  await reading(
    earliestEventPosition,
    async (low) => {
      await low.wait(1);
      await reading(
        earliestEventPosition,
        async (high) => {
          await high.wait(1);
          await until(() => low.errors.length > 0, () => "the lower level was not detached");
          // A subscription that is closed while the client still handles its error opens its receiver again.
          await new Promise((resolve) => setTimeout(resolve, 500));
        },
        owned(2),
      );
    },
    owned(1),
  );
}

async function unknownHub() {
  const client = new EventHubProducerClient(connection, "missing", { retryOptions: { maxRetries: 0 } });
  const sent = await client.sendBatch([{ body: "x" }]).then(() => true, () => false);
  check(!sent, "a hub that does not exist took an event");
  await client.close();
}

try {
  await publish();
  await readFromPositions(await read());
  await readLatest();
  await ownerLevels();
  await unknownHub();
  console.log("javascript: all as expected");
} catch (error) {
  console.error(`FAILED: ${error.stack}`);
  process.exit(1);
}
