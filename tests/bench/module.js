// The constant Worker with the edge's module beside it, which it loads and never runs.
import body from "body";
import headers from "headers";
import module from "edge.wasm";

export const loaded = module;

export default {
  fetch() {
    return new Response(body, { headers });
  },
};
