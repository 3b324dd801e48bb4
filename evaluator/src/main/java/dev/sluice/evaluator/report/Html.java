package dev.sluice.evaluator.report;

import java.util.List;

/** HTML under construction; every text in it is escaped. */
final class Html {
    private final StringBuilder out = new StringBuilder();

    /** A text between tags or in an attribute. */
    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    Html element(String name, String text) {
        out.append('<')
                .append(name)
                .append('>')
                .append(escaped(text))
                .append("</")
                .append(name)
                .append(">\n");
        return this;
    }

    /** What is HTML or SVG already. */
    Html raw(String markup) {
        out.append(markup).append('\n');
        return this;
    }

    /** @param texts first columns that are no figures */
    Html table(List<String> head, List<List<String>> rows, int texts) {
        out.append("<div class=\"wide\"><table><thead>");
        row(head, "th", texts);
        out.append("</thead><tbody>\n");
        rows.forEach(row -> row(row, "td", texts));
        out.append("</tbody></table></div>\n");
        return this;
    }

    private void row(List<String> cells, String name, int texts) {
        out.append("<tr>");
        for (int i = 0; i < cells.size(); i++) {
            out.append('<').append(name).append(i < texts ? " class=\"text\">" : ">");
            out.append(escaped(cells.get(i))).append("</").append(name).append('>');
        }
        out.append("</tr>\n");
    }

    /** Folded until it is asked for. */
    Html folded(String summary, String text) {
        out.append("<details><summary>").append(escaped(summary)).append("</summary><pre>");
        out.append(escaped(text)).append("</pre></details>\n");
        return this;
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
