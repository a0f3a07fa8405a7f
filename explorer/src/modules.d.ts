// What the bundler makes of files that are not TypeScript.

declare module "*.graphql" {
  const text: string;
  export default text;
}

declare module "monaco-graphql/esm/monaco-editor.js" {
  export * from "monaco-editor";
}
