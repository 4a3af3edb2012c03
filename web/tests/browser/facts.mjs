/** Names of things that the API under test has, so that the same visits work over any data.
 *  @param mark Tells what visits make from what others make. */
export async function factsOf(url, mark) {
  const get = async (path) => {
    const response = await fetch(url + path);
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  const sources = (await get("/api/v1/sources")).items.filter(({ last_run }) => last_run);
  const source = found(sources.find(({ connector }) => connector === "netsuite") ?? sources[0], "a source with a run").id;
  const streams = (await get(`/api/v1/sources/${source}/streams`)).items.filter(({ rows }) => rows > 0);
  const stream = found(streams.find(({ name }) => name === "customer") ?? streams[0], "a stream with rows").name;
  const { items } = await get(`/api/v1/sources/${source}/streams/${stream}/profiles`);
  const drawn = items.filter(({ numbers }) => numbers?.histogram.length > 1);
  const column = found(drawn.find((each) => each.column === "creditlimit") ?? drawn.at(-1), "a column of numbers").column;
  const prefix = (await get("/api/v1/whoami")).channel_secret_prefix;
  const runs = (await get(`/api/v1/runs?source=${source}`)).items;
  // A run that read nothing of the stream has neither pages nor profiles to visit.
  for (const { id } of runs) {
    const detail = await get(`/api/v1/runs/${id}`);
    if (detail.streams.some((each) => each.stream === stream && each.complete && each.pages > 0)) return { source, stream, column, run: id, mark, prefix };
  }
  throw new Error(`${url} has no complete run that read stream ${stream}`);
}

function found(value, what) {
  if (value === undefined) throw new Error(`the app under test has not got ${what}; let it extract first`);
  return value;
}
