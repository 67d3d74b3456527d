// What the page knows. Views read it; only app.js and the acts of a person change it.

export const store = {
  workspace: null,
  people: new Map(),
  me: null,
  conversations: [],
  place: null,      // {kind: "channel", id} or {kind: "home"}
  messages: [],
  thread: null,     // {channel, ts, messages}
  home: { view: null },
  online: true,
};

export const personName = (id) => store.people.get(id)?.display_name ?? "Somebody";
export const isApp = (id) => id === store.workspace.app.user_id;
export const appConversation = () => store.conversations.find((each) => each.kind === "app");
export const current = () => store.conversations.find((each) => each.id === store.place?.id);
