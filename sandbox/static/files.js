// Files: as they hang at a message, and as one is about to send them.

import { fileAddress, upload } from "/static/api.js";
import { fill, h, icon } from "/static/dom.js";
import { toast } from "/static/toasts.js";

const size = (bytes) => (bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`);

/** A file at a message: pictures are shown, with their words for those who cannot see them. */
export function attachment(file) {
  const address = fileAddress(file);
  if (file.mimetype.startsWith("image/")) {
    return h("figure.picture", {}, h("figcaption", {}, file.title),
      h("a", { href: address, target: "_blank" }, h("img", { src: address, alt: file.alt_txt || file.title, loading: "lazy" })));
  }
  return h("a.attachment", { href: address, target: "_blank", download: file.name }, icon("file"),
    h("span", {}, h("strong", {}, file.title), h("small", {}, `${file.pretty_type} · ${size(file.size)}`)));
}

/** Files that are chosen but not sent: {node, add, clear, ids, any}. Uploads as they are added. */
export function pendingFiles() {
  let files = [];
  const node = h("div.chips");
  const draw = () => fill(node, files.map((each) => h("span.chip", { "aria-busy": each.id ? undefined : "true" },
    icon("file"), each.name,
    h("button", { type: "button", ariaLabel: `Remove ${each.name}`, onclick: () => { files = files.filter((other) => other !== each); draw(); } }, icon("close")))));

  async function add(chosen) {
    await Promise.all([...chosen].map(async (file) => {
      const pending = { name: file.name, id: null };
      files = [...files, pending];
      draw();
      try {
        pending.id = (await upload(file)).id;
      } catch (error) {
        files = files.filter((each) => each !== pending);
        toast({ kind: "error", text: error.message });
      }
      draw();
    }));
  }

  return {
    node, add,
    clear: () => { files = []; draw(); },
    get ids() { return files.filter((each) => each.id).map((each) => each.id); },
    get any() { return files.length > 0; },
    get coming() { return files.some((each) => !each.id); },
  };
}
