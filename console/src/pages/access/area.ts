import type { Area } from "../../shell/page";
import { access, can, log, matrix, why } from "../../strings/access";
import { home } from "../../strings/home";

export const accessArea: Area = {
  title: access.area,
  description: home.cards.access,
  words: access.areaWords,
  pages: [
    { path: "/access/log", title: log.title, words: log.words, inMenu: true, load: () => import("./LogPage") },
    { path: "/access/why", title: why.title, words: why.words, inMenu: true, load: () => import("./WhyPage") },
    { path: "/access/can", title: can.title, words: can.words, inMenu: true, load: () => import("./CanPage") },
    { path: "/access/matrix", title: matrix.title, words: matrix.words, inMenu: true, load: () => import("./MatrixPage") },
  ],
};
