// Reads all messages when the page opens, and writes them all back, joined by commas, with each new one.
const form = document.querySelector("form");
const list = document.querySelector("ul");
const problem = document.querySelector("[role=alert]");
let messages = [];

async function call(query) {
  const answer = await fetch("guestbook.php?" + new URLSearchParams(query));
  if (!answer.ok) throw new Error("The guestbook cannot be reached (" + answer.status + ").");
  return answer.json();
}

function show() {
  list.replaceChildren(...messages.filter(Boolean).map(text => Object.assign(document.createElement("li"), { textContent: text })));
}

async function attempt(work) {
  try {
    problem.textContent = "";
    await work();
  } catch (error) {
    problem.textContent = error.message;
  }
}

form.addEventListener("submit", event => {
  event.preventDefault();
  attempt(async () => {
    const field = form.elements.message;
    const all = [...messages, field.value];
    await call({ cmd: "set", key: "messages", value: all.join(",") });
    messages = all;
    field.value = "";
    show();
  });
});

attempt(async () => {
  messages = (await call({ cmd: "get", key: "messages" })).data.split(",");
  show();
});
