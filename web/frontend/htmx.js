// htmx under a strict content security policy: no inline style, no eval, no inline script.
import htmx from "htmx.org";

htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
htmx.config.allowScriptTags = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0; // pages hold case data: nothing of them stays in the browser
window.htmx = htmx;
