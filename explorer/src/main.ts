// Where the page starts: it has painted by now; the rest comes as it loads, or is told why it cannot.

const page = document.querySelector("#explorer");
const corner = document.querySelector("#person");

if (page !== null && corner !== null) {
  try {
    const { render } = await import("./explorer");
    render(page, corner);
  } catch (problem) {
    page.textContent = `The explorer cannot start: ${(problem as Error).message} Reload the page to try again.`;
  }
}

export {};
