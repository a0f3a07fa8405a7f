// Monaco as Souk has it: its workers, and its colours, which must be there before GraphiQL makes the first editor.

import type { editor } from "monaco-editor";
import * as monaco from "monaco-graphql/esm/monaco-editor.js";

const WORKERS: Readonly<Record<string, string>> = { graphql: "graphql.worker", json: "json.worker" };

window.MonacoEnvironment = {
  getWorker: (_id: string, label: string) =>
    new Worker(new URL(`./${WORKERS[label] ?? "editor.worker"}.js`, import.meta.url), { type: "module" }),
};

interface Inks {
  readonly base: editor.BuiltinTheme;
  readonly text: string;
  readonly faint: string;
  readonly card: string;
  readonly line: string;
  readonly accent: string;
  readonly field: string;
  readonly argument: string;
  readonly type: string;
  readonly value: string;
  readonly number: string;
}

const LIGHT: Inks = {
  base: "vs",
  text: "#2b2622",
  faint: "#7a7066",
  card: "#ffffff",
  line: "#e8dfd3",
  accent: "#a84a23",
  field: "#2f5d73",
  argument: "#7a5195",
  type: "#8a5a00",
  value: "#4d7a35",
  number: "#96461f",
};

const DARK: Inks = {
  base: "vs-dark",
  text: "#efe7dd",
  faint: "#9c9187",
  card: "#262220",
  line: "#3a342f",
  accent: "#e58d5f",
  field: "#8fc1d4",
  argument: "#c9a4dd",
  type: "#e3b768",
  value: "#a9c98d",
  number: "#eaa27c",
};

const TYPE: editor.IEditorOptions = {
  fontFamily: '"Fira Code Variable", ui-monospace, monospace',
  fontSize: 14,
  lineHeight: 22,
  scrollbar: { horizontalScrollbarSize: 8, verticalScrollbarSize: 8 },
  guides: { highlightActiveIndentation: false },
};

export const THEMES = { light: "souk-light", dark: "souk-dark" } as const;

monaco.editor.defineTheme(THEMES.light, theme(LIGHT));
monaco.editor.defineTheme(THEMES.dark, theme(DARK));

// GraphiQL chooses the font of its editors itself; it is given ours, and measured anew once that has loaded.
monaco.editor.onDidCreateEditor((made) => made.updateOptions(TYPE));
void document.fonts.ready.then(() => monaco.editor.remeasureFonts());

function theme(inks: Inks): editor.IStandaloneThemeData {
  return { base: inks.base, inherit: true, rules: [...graphqlRules(inks), ...jsonRules(inks)], colors: colours(inks) };
}

function graphqlRules(inks: Inks): editor.ITokenThemeRule[] {
  return [
    { token: "", foreground: inks.text },
    { token: "comment.gql", foreground: inks.faint, fontStyle: "italic" },
    { token: "keyword.gql", foreground: inks.accent },
    { token: "key.identifier.gql", foreground: inks.field },
    { token: "argument.identifier.gql", foreground: inks.argument },
    { token: "type.identifier.gql", foreground: inks.type },
    { token: "string", foreground: inks.value },
    { token: "number.gql", foreground: inks.number },
    { token: "number.float.gql", foreground: inks.number },
  ];
}

function jsonRules(inks: Inks): editor.ITokenThemeRule[] {
  return [
    { token: "string.key.json", foreground: inks.field },
    { token: "string.value.json", foreground: inks.value },
    { token: "number.json", foreground: inks.number },
    { token: "keyword.json", foreground: inks.accent },
    { token: "comment.line.json", foreground: inks.faint },
  ];
}

/** The names are Monaco's, the transparent ones let GraphiQL's cards show. */
function colours({ text, faint, card, line, accent }: Inks): editor.IColors {
  return {
    "editor.background": "#ffffff00",
    "editor.foreground": text,
    "editor.selectionBackground": `${accent}33`,
    "editorLineNumber.foreground": faint,
    "editorLineNumber.activeForeground": text,
    "editorCursor.foreground": accent,
    "editorIndentGuide.background1": `${line}88`,
    "editorBracketMatch.background": `${accent}22`,
    "editorBracketMatch.border": "#ffffff00",
    "editorBracketHighlight.foreground1": faint,
    "editorBracketHighlight.foreground2": faint,
    "editorBracketHighlight.foreground3": faint,
    "editorHoverWidget.background": card,
    "editorHoverWidget.border": line,
    "editorSuggestWidget.background": card,
    "editorSuggestWidget.border": line,
    "editorSuggestWidget.selectedBackground": `${accent}22`,
    "editorSuggestWidget.selectedForeground": text,
    "editorSuggestWidget.highlightForeground": accent,
    "editorWidget.background": card,
    "editorWidget.border": line,
    "input.background": `${line}55`,
    "list.hoverBackground": `${accent}19`,
    "menu.background": card,
    "quickInput.background": card,
    "scrollbar.shadow": "#ffffff00",
    "scrollbarSlider.background": `${faint}44`,
    "scrollbarSlider.hoverBackground": `${faint}77`,
    "scrollbarSlider.activeBackground": `${faint}77`,
    "textLink.foreground": accent,
    focusBorder: accent,
  };
}
