// What workerd asks where a Worker uses the Cache API: a map. A put brings the answer as the text
// of HTTP.
const kept = new Map();

export default {
  async fetch(request) {
    if (request.method === "PUT") {
      const bytes = new Uint8Array(await request.arrayBuffer());
      let head = 0;
      while (!(bytes[head] === 13 && bytes[head + 1] === 10 && bytes[head + 2] === 13)) head++;
      const [first, ...lines] = new TextDecoder().decode(bytes.subarray(0, head)).split("\r\n");
      const headers = lines.map((line) => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon), line.slice(colon + 1).trim()];
      });
      kept.set(request.url, { status: Number(first.split(" ")[1]), headers, body: bytes.slice(head + 4) });
      return new Response(null, { status: 204 });
    }
    const found = kept.get(request.url);
    if (!found) return new Response(null, { status: 504, headers: { "cf-cache-status": "MISS" } });
    const headers = new Headers(found.headers);
    headers.delete("transfer-encoding");
    headers.set("cf-cache-status", "HIT");
    return new Response(found.body, { status: found.status, headers });
  },
};
