package dev.sluice.local.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.evaluator.metric.MetricTable;
import dev.sluice.evaluator.metric.ModelTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The structure that Grafana expects of a classic dashboard: it ignores what it does not know, so a misspelt key would
 * only show as a panel that looks wrong.
 */
class DashboardTest {
    private static final int COLUMNS = 24;
    private static final Set<String> ROOT = Set.of(
            "uid",
            "title",
            "description",
            "tags",
            "schemaVersion",
            "version",
            "editable",
            "graphTooltip",
            "refresh",
            "style",
            "timezone",
            "time",
            "templating",
            "annotations",
            "links",
            "panels");
    private static final Set<String> PANEL = Set.of(
            "id",
            "type",
            "title",
            "description",
            "datasource",
            "gridPos",
            "fieldConfig",
            "options",
            "targets",
            "transformations");
    private static final Set<String> ROW = Set.of("id", "type", "title", "collapsed", "gridPos", "panels");
    private static final Set<String> TARGET =
            Set.of("refId", "datasource", "expr", "legendFormat", "editorMode", "range", "instant", "format");
    private static final Set<String> DEFAULTS =
            Set.of("unit", "custom", "min", "max", "thresholds", "mappings", "decimals");

    /** What each type of panel knows, of that which these dashboards use. */
    private static final Map<String, Set<String>> OPTIONS = Map.of(
            "timeseries", Set.of("legend", "tooltip"),
            "stat", Set.of("reduceOptions", "colorMode", "graphMode", "textMode", "orientation", "justifyMode"),
            "table", Set.of("showHeader", "cellHeight", "sortBy"),
            "xychart", Set.of("mapping", "series", "legend", "tooltip"),
            "heatmap",
                    Set.of(
                            "calculate",
                            "cellGap",
                            "cellValues",
                            "color",
                            "yAxis",
                            "rowsFrame",
                            "legend",
                            "tooltip",
                            "exemplars",
                            "filterValues",
                            "showValue"));

    private static final Map<String, Set<String>> CUSTOM = Map.of(
            "timeseries",
                    Set.of(
                            "drawStyle",
                            "lineWidth",
                            "fillOpacity",
                            "showPoints",
                            "spanNulls",
                            "stacking",
                            "scaleDistribution"),
            "stat", Set.of(),
            "table", Set.of("align", "cellOptions"),
            "xychart", Set.of("show", "pointSize", "axisPlacement", "scaleDistribution"),
            "heatmap", Set.of("scaleDistribution"));

    /** Of Grafana's units. */
    private static final Set<String> UNITS = Set.of("short", "percentunit", "percent", "s", "bytes", "Bps", "sci");

    /** What the evaluator exports beside its table of metrics. */
    private static final Set<String> OF_THE_EVALUATOR = Set.of(
            "sluice_eval_density_latents",
            "sluice_eval_window_tokens",
            "sluice_eval_last_window_timestamp_seconds",
            "sluice_eval_records_rejected_total");

    static List<Path> dashboards() {
        return Dashboards.files();
    }

    @Test
    void shouldHaveAResearchersAndAnOperatorsWithFixedIds() {
        assertThat(dashboards().stream()
                        .map(file -> Dashboards.read(file).path("uid").asText()))
                .containsExactly("sluice-operator", "sluice-researcher");
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void shouldKnowEveryKey(Path file) {
        JsonNode dashboard = Dashboards.read(file);
        assertThat(dashboard.path("schemaVersion").asInt()).isEqualTo(39);
        assertThat(keys(dashboard)).isSubsetOf(ROOT);
        for (JsonNode panel : dashboard.path("panels")) {
            String type = panel.path("type").asText();
            assertThat(keys(panel)).as(panel.toString()).isSubsetOf(type.equals("row") ? ROW : PANEL);
            if (!type.equals("row")) {
                JsonNode defaults = panel.path("fieldConfig").path("defaults");
                assertThat(keys(panel.path("options")))
                        .as(panel.path("title").asText())
                        .isSubsetOf(OPTIONS.getOrDefault(type, Set.of()));
                assertThat(keys(defaults)).isSubsetOf(DEFAULTS);
                assertThat(keys(defaults.path("custom")))
                        .as(panel.path("title").asText())
                        .isSubsetOf(CUSTOM.getOrDefault(type, Set.of()));
                panel.path("targets").forEach(target -> assertThat(keys(target)).isSubsetOf(TARGET));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void shouldNumberPanelsAndQueriesOnce(Path file) {
        Set<Integer> ids = new HashSet<>();
        for (JsonNode panel : Dashboards.read(file).path("panels")) {
            assertThat(ids.add(panel.path("id").asInt())).as(panel.toString()).isTrue();
            Set<String> refs = new HashSet<>();
            panel.path("targets")
                    .forEach(target ->
                            assertThat(refs.add(target.path("refId").asText())).isTrue());
        }
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void shouldAskTheChosenDatasourceOnly(Path file) {
        JsonNode dashboard = Dashboards.read(file);
        JsonNode first = dashboard.path("templating").path("list").path(0);
        assertThat(first.path("type").asText() + " " + first.path("name").asText())
                .isEqualTo("datasource datasource");
        List<JsonNode> sources = dashboard.findValues("datasource");
        assertThat(sources).hasSizeGreaterThan(20);
        assertThat(sources)
                .allSatisfy(source ->
                        assertThat(source.toString()).isEqualTo("{\"type\":\"prometheus\",\"uid\":\"${datasource}\"}"));
        for (JsonNode panel : dashboard.path("panels")) {
            if (!panel.path("type").asText().equals("row")) {
                assertThat(panel.has("datasource"))
                        .as(panel.path("title").asText())
                        .isTrue();
                assertThat(panel.path("targets")).isNotEmpty().allMatch(target -> target.has("datasource"));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void shouldUseDeclaredVariablesOnly(Path file) {
        JsonNode dashboard = Dashboards.read(file);
        Set<String> declared = new HashSet<>(Set.of("__rate_interval"));
        dashboard
                .path("templating")
                .path("list")
                .forEach(variable -> declared.add(variable.path("name").asText()));
        Dashboards.queries(dashboard)
                .forEach(query -> assertThat(Pattern.compile("\\$\\{?(\\w+)")
                                .matcher(query.expression())
                                .results()
                                .map(match -> match.group(1)))
                        .as(query.toString())
                        .isSubsetOf(declared));
    }

    @Test
    void shouldAskForMetricsThatTheEvaluatorHas() {
        Set<String> known = new HashSet<>(OF_THE_EVALUATOR);
        Stream.concat(MetricTable.standard().metrics().stream(), Stream.of(MetricTable.DEAD))
                .forEach(metric -> known.add(metric.prometheusName()));
        ModelTable.metrics().forEach(metric -> known.add(metric.prometheusName()));
        Stream<String> expressions = Stream.concat(
                dashboards().stream()
                        .flatMap(file -> Dashboards.queries(Dashboards.read(file)).stream())
                        .map(Dashboards.Query::expression),
                Rules.alerts().stream().map(Rules.Alert::expression));
        assertThat(expressions.flatMap(expression -> Pattern.compile("sluice_eval_\\w+")
                        .matcher(expression)
                        .results()
                        .map(MatchResult::group)))
                .isNotEmpty()
                .isSubsetOf(known);
    }

    @Test
    void shouldShowTheResearcherEveryMetricAboutRowsAndRunsOfTheModel() {
        List<String> queries = dashboards().stream()
                .map(Dashboards::read)
                .filter(dashboard -> dashboard.path("uid").asText().equals("sluice-researcher"))
                .flatMap(dashboard -> Dashboards.queries(dashboard).stream())
                .map(Dashboards.Query::expression)
                .toList();
        assertThat(MetricTable.standard().metrics())
                .allSatisfy(metric -> assertThat(queries)
                        .as(metric.name())
                        .anyMatch(query -> query.contains(metric.prometheusName() + "{")));
        assertThat(ModelTable.metrics())
                .allSatisfy(metric -> assertThat(queries)
                        .as(metric.name())
                        .anyMatch(query -> query.contains(metric.prometheusName() + "{")));
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void shouldNeitherOverlapNorLeaveTheGrid(Path file) {
        Set<String> taken = new HashSet<>();
        for (JsonNode panel : Dashboards.read(file).path("panels")) {
            JsonNode at = panel.path("gridPos");
            int x = at.path("x").asInt();
            int width = at.path("w").asInt();
            assertThat(x + width).as(panel.path("title").asText()).isLessThanOrEqualTo(COLUMNS);
            for (int column = x; column < x + width; column++) {
                int y = at.path("y").asInt();
                for (int line = y; line < y + at.path("h").asInt(); line++) {
                    assertThat(taken.add(column + "/" + line))
                            .as(panel.path("title").asText())
                            .isTrue();
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void shouldGiveEveryPanelAUnitAndADescription(Path file) {
        for (JsonNode panel : Dashboards.read(file).path("panels")) {
            String type = panel.path("type").asText();
            if (!type.equals("row") && !type.equals("heatmap")) {
                assertThat(units(panel))
                        .as(panel.path("title").asText())
                        .isNotEmpty()
                        .isSubsetOf(UNITS);
            }
            if (!type.equals("row")) {
                assertThat(panel.path("description").asText()).endsWith(".");
            }
        }
    }

    /** The panel's own, and those of single fields. */
    private static List<String> units(JsonNode panel) {
        List<String> units = new ArrayList<>();
        JsonNode own = panel.path("fieldConfig").path("defaults").path("unit");
        if (own.isTextual()) {
            units.add(own.asText());
        }
        panel.path("fieldConfig")
                .path("overrides")
                .forEach(override -> override.path("properties").forEach(property -> {
                    if (property.path("id").asText().equals("unit")) {
                        units.add(property.path("value").asText());
                    }
                }));
        return units;
    }

    private static List<String> keys(JsonNode node) {
        return Stream.of(node)
                .flatMap(object -> object.properties().stream())
                .map(Map.Entry::getKey)
                .toList();
    }
}
