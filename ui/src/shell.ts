// Keyboard layer and small comforts. Every page works without this file.
import { startKeys } from "./keys";

startKeys(document);

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-submit-on-change]")) {
  form.addEventListener("change", () => form.requestSubmit());
}

// A form is sent once: a second press of a button must not decide twice. What another script held back was not sent.
for (const form of document.querySelectorAll<HTMLFormElement>('form[method="post"]')) {
  const buttons = form.querySelectorAll<HTMLButtonElement>("button[type=submit]");
  form.addEventListener("submit", (event) => {
    if (form.hasAttribute("data-sent")) return event.preventDefault();
    setTimeout(() => {
      if (event.defaultPrevented) return;
      form.setAttribute("data-sent", "");
      for (const button of buttons) button.setAttribute("aria-disabled", "true");
    });
    setTimeout(() => {
      form.removeAttribute("data-sent");
      for (const button of buttons) button.removeAttribute("aria-disabled");
    }, 4000);
  });
}

// Words while files travel; without this file the browser shows its own.
for (const words of document.querySelectorAll<HTMLElement>("[data-progress]")) {
  const form = words.closest("form");
  form?.addEventListener("submit", () => {
    const chosen = form.querySelector<HTMLInputElement>('input[type="file"]');
    if (chosen?.files?.length) words.textContent = words.dataset["progress"] ?? "";
  });
}

for (const opener of document.querySelectorAll<HTMLElement>("[data-opens]")) {
  opener.addEventListener("click", (event) => {
    const dialog = document.getElementById(opener.dataset["opens"] ?? "");
    if (dialog instanceof HTMLDialogElement) {
      event.preventDefault();
      dialog.showModal();
    }
  });
}
