// A Worker that says "not modified" with one answer made before, whatever is asked: the least that
// the runtime can do for a 304.
import headers from "headers";

const unchanged = new Response(null, { status: 304, headers });

export default {
  fetch() {
    return unchanged;
  },
};
