// The page: GraphiQL with Souk's people, examples, colours, and its line of what is going on.

import { GraphiQL, HISTORY_PLUGIN } from "graphiql";
import { createPortal } from "react-dom";
import { createRoot } from "react-dom/client";

import { useActivity } from "./activity";
import { ActivityBar } from "./activity-bar";
import { THEMES } from "./editor";
import { EXAMPLES } from "./examples";
import { EXAMPLES_PLUGIN } from "./examples-panel";
import { fetcher } from "./fetcher";
import { Picker } from "./picker";

const PLUGINS = [EXAMPLES_PLUGIN, HISTORY_PLUGIN];

/** What a first visit finds in the editor. */
const WELCOME = [{ query: EXAMPLES[0]?.document ?? "" }];

export function render(page: Element, corner: Element): void {
  createRoot(page).render(
    <>
      {createPortal(<Picker />, corner)}
      <Explorer />
    </>,
  );
}

function Explorer() {
  const notice = useActivity((state) => state.notice);
  return (
    <>
      {notice !== "" && (
        <p className="souk-notice" role="note">
          {notice}
        </p>
      )}
      <GraphiQL
        fetcher={fetcher}
        plugins={PLUGINS}
        visiblePlugin={EXAMPLES_PLUGIN}
        defaultTabs={WELCOME}
        editorTheme={THEMES}
        defaultEditorToolsVisibility="variables"
        isHeadersEditorEnabled={false}
        showPersistHeadersSettings={false}
      >
        <GraphiQL.Logo>{null}</GraphiQL.Logo>
        <GraphiQL.Footer>
          <ActivityBar />
        </GraphiQL.Footer>
      </GraphiQL>
    </>
  );
}
