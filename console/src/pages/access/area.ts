import type { Area } from "../../shell/page";
import { pages } from "../../strings/pages";

const words = pages.access;

export const accessArea: Area = {
  title: words.area,
  description: words.description,
  words: words.words,
  pages: [
    { path: "/access/log", title: words.log, words: words.logWords, inMenu: true, load: () => import("./LogPage") },
    { path: "/access/why", title: words.why, words: words.whyWords, inMenu: true, load: () => import("./WhyPage") },
    {
      path: "/access/can",
      title: words.can,
      words: words.canWords,
      inMenu: true,
      isRegional: true,
      load: () => import("./CanPage"),
    },
    {
      path: "/access/matrix",
      title: words.matrix,
      words: words.matrixWords,
      inMenu: true,
      isRegional: true,
      load: () => import("./MatrixPage"),
    },
  ],
};
