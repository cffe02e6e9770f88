// The history: days with their totals, one payment a line, and beside it or over it the detail.
// Owns the loaded pages; searching and filtering look at what is loaded and can load more.

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { useCell } from "../cell.ts";
import { FILTERS, groupByDay, listIntents, passesFilter, passesSearch } from "../history.ts";
import type { Filter } from "../history.ts";
import type { PaymentIntent } from "../intent.ts";
import { SearchIcon } from "../icons.tsx";
import { useText } from "../language.ts";
import { reachable } from "../network.ts";
import { Detail } from "./detail.tsx";
import { DayList } from "./day-list.tsx";

interface Pages {
  intents: PaymentIntent[];
  more: boolean;
  state: "loading" | "ready" | "failed";
}

/** Today is loaded whole for its total, up to this many payments. */
const WHOLE_DAY_MAX = 500;

export function History({ chosen }: { chosen: string | null }) {
  const { w, money, dayKey } = useText();
  const { pages, loadMore, reload, replace } = usePages();
  const [query, setQuery] = useState("");
  const [filter, setFilter] = useState<Filter>("all");
  const { intents, more, state } = pages;

  const found = intents.filter(
    (each) =>
      passesFilter(each, filter) && passesSearch(each, query, money(each.amount, each.currency)),
  );
  const days = groupByDay(intents, dayKey, !more)
    .map((day) => ({ ...day, intents: day.intents.filter((each) => found.includes(each)) }))
    .filter((day) => day.intents.length > 0);
  const firstDayOpen = more && days.length > 0 && days[0]?.totals === null;
  const narrowed = filter !== "all" || query.trim() !== "";

  useEffect(() => {
    if (state === "ready" && firstDayOpen && !narrowed && intents.length < WHOLE_DAY_MAX) {
      loadMore(100);
    }
  }, [state, firstDayOpen, intents.length]);

  const rememberScroll = useScroll(chosen);

  return (
    <main class={chosen ? "history history-open" : "history"}>
      <h1 class="offscreen">{w.history}</h1>
      <div class="history-list" onClickCapture={rememberScroll}>
        <Search query={query} onQuery={setQuery} filter={filter} onFilter={setFilter} />
        <DayList days={days} chosen={chosen} />
        <p class="muted center" role="status">
          {emptyWord()}
        </p>
        <More pages={pages} narrowed={narrowed} onMore={() => loadMore(25)} onRetry={reload} />
      </div>
      <section class="history-detail" aria-label={w.detail}>
        {chosen ? (
          <Detail
            key={chosen}
            id={chosen}
            known={intents.find((each) => each.id === chosen) ?? null}
            onChange={replace}
          />
        ) : (
          <p class="muted center">{intents.length > 0 ? w.choosePayment : ""}</p>
        )}
      </section>
    </main>
  );

  function emptyWord(): string {
    if (state === "loading" && intents.length === 0) return w.loading;
    if (state === "failed") return w.notListed;
    if (intents.length === 0) return w.emptyHistory;
    return found.length === 0 ? w.nothingFound : "";
  }
}

/** On a phone the detail takes the list's place; the list comes back where it was. */
function useScroll(chosen: string | null): () => void {
  const list = useRef(0);
  useLayoutEffect(() => scrollTo(0, chosen ? 0 : list.current), [chosen]);
  return () => {
    list.current = scrollY;
  };
}

function usePages() {
  const [pages, setPages] = useState<Pages>({ intents: [], more: false, state: "loading" });
  const online = useCell(reachable);

  async function load(known: PaymentIntent[], limit?: number): Promise<void> {
    setPages((before) => ({ ...before, state: "loading" }));
    try {
      const page = await listIntents(known.at(-1)?.id, limit);
      setPages({ intents: [...known, ...page.data], more: page.has_more, state: "ready" });
    } catch {
      setPages((before) => ({ ...before, state: "failed" }));
    }
  }

  const reload = () => void load([]);

  useEffect(() => {
    const wake = () => document.visibilityState === "visible" && reload();
    document.addEventListener("visibilitychange", wake);
    if (online) reload();
    return () => document.removeEventListener("visibilitychange", wake);
  }, [online]);

  return {
    pages,
    reload,
    loadMore: (limit: number) => void load(pages.intents, limit),
    replace: (fresh: PaymentIntent) =>
      setPages((before) => ({
        ...before,
        intents: before.intents.map((each) => (each.id === fresh.id ? fresh : each)),
      })),
  };
}

interface SearchProps {
  query: string;
  onQuery: (query: string) => void;
  filter: Filter;
  onFilter: (filter: Filter) => void;
}

function Search({ query, onQuery, filter, onFilter }: SearchProps) {
  const { w } = useText();
  return (
    <search class="search">
      <label class="search-field">
        <SearchIcon />
        <span class="offscreen">{w.search}</span>
        <input
          type="search"
          placeholder={w.search}
          value={query}
          onInput={(event) => onQuery(event.currentTarget.value)}
        />
      </label>
      <fieldset class="filters">
        <legend class="offscreen">{w.filters}</legend>
        {FILTERS.map((each) => (
          <label key={each} class="chip">
            <input
              type="radio"
              name="filter"
              checked={filter === each}
              onChange={() => onFilter(each)}
            />
            {w[`filter_${each}`]}
          </label>
        ))}
      </fieldset>
    </search>
  );
}

interface MoreProps {
  pages: Pages;
  narrowed: boolean;
  onMore: () => void;
  onRetry: () => void;
}

function More({ pages, narrowed, onMore, onRetry }: MoreProps) {
  const { w } = useText();
  if (pages.state === "failed") {
    return (
      <button type="button" class="quiet block" onClick={onRetry}>
        {w.retry}
      </button>
    );
  }
  if (!pages.more) return null;
  const word = narrowed ? w.searchOlder : w.loadMore;
  return (
    <button type="button" class="quiet block" disabled={pages.state === "loading"} onClick={onMore}>
      {pages.state === "loading" ? w.loading : word}
    </button>
  );
}
