// What the page knows. Views read it; only app.js and the acts of a person change it.

export const store = {
  workspace: null,
  people: new Map(),
  me: null,
  ahead: 0,         // seconds by which the time that people live by is ahead of the real one
  passing: null,    // {since, until} while time passes
  conversations: [],
  place: null,      // {kind: "channel", id}, {kind: "home"} or {kind: "threads"}
  messages: [],
  earlier: 0,       // how many messages came before those
  thread: null,     // {channel, ts, messages}
  home: { view: null },
  online: true,
};

export const personName = (id) => store.people.get(id)?.display_name ?? "Somebody";
export const isApp = (id) => id === store.workspace.app.user_id;
export const face = (id) => ({ name: personName(id), kind: isApp(id) ? "app" : "person" });
export const conversation = (id) => store.conversations.find((each) => each.id === id);
export const appConversation = () => store.conversations.find((each) => each.kind === "app");
export const current = () => conversation(store.place?.id);
export const isChannel = (place) => place?.kind === "public" || place?.kind === "private";
