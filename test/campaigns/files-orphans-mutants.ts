/** Defects to plant, each as the text of a hook that breaks the file storage of the app it is loaded into. */
export const MUTANTS: Readonly<Record<string, string>> = {
  "nothing-noted": changing(`change.intend = async () => {};`),
  "noted-late": changing(`
    const intend = change.intend;
    change.intend = async (intents) => void setTimeout(() => intend(intents).catch(() => {}), 60);`),
  "note-gone-early": changing(`
    change.intend = async (intents) => unsettled.log.remove(await unsettled.log.write(intents));`),
  "no-recovery": hook(`unsettled.recover = async () => {};`),
  "recovery-forgets-replaced": changing(`
    const intend = change.intend;
    change.intend = (intents) => intend(intents.map((each) => ({ ...each, names: each.names.slice(-1) })));`),
  "recovery-deletes-named": hook(`
    unsettled.recover = async (app) => {
      for await (const { path, intents } of unsettled.log.leftBehind()) {
        for (const { folder, names } of intents)
          for (const name of names) await app.files.delete(folder + name);
        await unsettled.log.remove(path);
      }
    };`),
  "stored-late": hook(`
    const upload = app.files.upload.bind(app.files);
    app.files.upload = async (...args) => void setTimeout(() => upload(...args).catch(() => {}), 30);`),
};

function changing(code: string): string {
  return hook(`
    const begin = unsettled.begin.bind(unsettled);
    unsettled.begin = () => {
      const change = begin();
      ${code}
      return change;
    };`);
}

function hook(code: string): string {
  return `export default (app) => {
    const { unsettled } = app.files;
    ${code}
  };`;
}
