// The side panel of ready-made operations: one press puts an example into the editor, and makes one who may run it.

import { type GraphiQLPlugin, useGraphiQL, useGraphiQLActions } from "@graphiql/react";

import { show } from "./activity";
import { EXAMPLES, type Example, answerable } from "./examples";
import { outputs } from "./outputs";
import { beDemoUser, usePerson } from "./people";

/** Below it the panel lies over the editors (look.css has the same number). */
const NARROW = "(max-width: 48rem)";

export const EXAMPLES_PLUGIN: GraphiQLPlugin = { title: "Examples", icon: Icon, content: Panel };

/** A market stall. */
function Icon() {
  return (
    <svg viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinejoin="round">
      <path d="M3 3h14l1.2 5a2.1 2.1 0 0 1-4.1 0 2.1 2.1 0 0 1-4.1 0 2.1 2.1 0 0 1-4.1 0 2.1 2.1 0 0 1-4.1 0z" />
      <path d="M3.8 10.5V17h12.4v-6.5M8 17v-3.8h4V17" />
    </svg>
  );
}

function Panel() {
  const schema = useGraphiQL((state) => state.schema);
  const open = useOpen();
  const examples = answerable(schema);
  return (
    <section className="souk-examples" aria-label="Examples">
      <h2>Examples</h2>
      <p>{examples.length > 0 ? "Press one, then run it." : "None of them fits this API."}</p>
      <ul>
        {examples.map((example) => (
          <li key={example.title}>
            <button type="button" onClick={() => void open(example)}>
              <strong>{example.title}</strong>
              {example.group !== undefined && <span className="souk-badge">{example.group}</span>}
              <span>{example.sentence}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function useOpen(): (example: Example) => Promise<void> {
  const { addTab, setVisiblePlugin } = useGraphiQLActions();
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  return async (example) => {
    try {
      await beOneWhoMay(example);
      const variables = (await example.variables?.()) ?? {};
      if (!replaceable(queryEditor?.getValue() ?? "")) addTab();
      queryEditor?.setValue(example.document);
      variableEditor?.setValue(JSON.stringify(variables, null, 2));
      if (matchMedia(NARROW).matches) setVisiblePlugin(null);
    } catch (problem) {
      show({ kind: "failed", complaint: (problem as Error).message });
    }
  };
}

async function beOneWhoMay({ group }: Example): Promise<void> {
  if (group === undefined || usePerson.getState().session?.groups.includes(group)) return;
  const user = outputs.custom.demo_users.find(({ groups }) => groups.includes(group));
  if (user !== undefined) await beDemoUser(user);
}

/** Whether nothing of one's own is lost when the text gives way. */
function replaceable(text: string): boolean {
  return text.trim() === "" || EXAMPLES.some(({ document }) => document.trim() === text.trim());
}
