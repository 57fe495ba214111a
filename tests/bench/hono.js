// What an edge of this kind usually is: a router, an answer parsed and written again.
import { Hono } from "hono";
import text from "body";
import headers from "headers";

const app = new Hono();

app.get("/api/v1/hospitals/:hospital/departments/:department/availability", (c) =>
  c.json(JSON.parse(text), 200, headers),
);

export default app;
