/** English of the shell and of the parts that every page uses. */

export const product = "Dockreeve";

export const shell = {
  mainNavigation: "Pages",
  closeNavigation: "Close the list of pages",
  openNavigation: "Open the list of pages",
  breadcrumbs: "Breadcrumbs",
  notifications: "Notifications",
  dismiss: "Dismiss",
  home: "Console Home",
  search: "Search",
  searchHint: "Search for pages, roles, policies and repositories",
  clearSearch: "Clear the search",
  noMatches: "No matches",
  searchPages: "Pages",
  account: (number: string) => `Account ${number}`,
  minutesLeft: (minutes: number) =>
    minutes >= 120 ? `${Math.floor(minutes / 60)} h left` : minutes < 1 ? "less than 1 min left" : `${minutes} min left`,
  switchRole: "Switch role",
  switchBack: "Switch back",
  signOut: "Sign out",
  dark: "Dark mode",
  light: "Light mode",
  menu: "Account and session",
  more: "More",
  loading: "Loading",
  loadingPage: "Loading the page",
};

export const leavePage = {
  title: "Leave page",
  text: "Are you sure that you want to leave the current page? The changes that you made won't be saved.",
  stay: "Cancel",
  leave: "Leave",
};

export const failures = {
  unreachable: "The server does not answer. It may be starting again; try once more in a moment.",
  pageGone: "This page could not be loaded",
  pageGoneHint: "The server may have been updated since this tab was opened.",
  reload: "Reload",
  broken: "This page failed",
  notFound: "There is no such page",
  notFoundHint: "The address may be of another version.",
};

export const errorBox = {
  title: "The request was refused or failed",
  why: "Why was this refused?",
  id: (id: string) => `Refusal id: ${id}`,
  requestId: (id: string) => `Request id: ${id}`,
  again: "Try again",
};

export const listing = {
  loading: "Loading",
  find: (title: string) => `Find ${title.toLowerCase()}`,
  noMatch: "Nothing matches",
  noMatchHint: "Nothing here has this text in it.",
  clear: "Clear filter",
  matches: (count: number) => (count === 1 ? "1 match" : `${count} matches`),
  /** Of Cloudscape's Pagination. */
  pages: {
    paginationLabel: "Pages of the table",
    nextPageLabel: "Next page",
    previousPageLabel: "Previous page",
    pageLabel: (number: number) => `Page ${number}`,
  },
  refresh: "Refresh",
};

export const copying = {
  copied: "Copied",
  failed: "The browser did not allow copying: select the text and copy it",
  arn: "ARN",
  copyArn: "Copy the ARN",
};

export const confirmDelete = {
  title: (name: string) => `Delete ${name}?`,
  typeIt: (word: string) => `To confirm, type ${word}`,
  cancel: "Cancel",
  delete: "Delete",
};

export const steps = {
  title: "Progress",
  waiting: "Waiting",
  running: "In progress",
  done: "Done",
  failed: "Failed",
  undone: "Undone",
  resume: "Resume",
  undo: "Undo",
};
