// What the pages need from script. Every page and form works without it.
import { startKeys } from "./keys.js";
import { startFocus } from "./focus.js";
import { startIdle } from "./idle.js";

startKeys(document);
startFocus(document);
startIdle(document);
