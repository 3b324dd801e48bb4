package dev.sluice.producer.model;

import dev.sluice.producer.model.HookPoint.Site;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** The hook points of one model. */
final class HookPoints {
    private static final Comparator<HookPoint> AS_COMPUTED =
            Comparator.comparingInt(HookPoint::layer).thenComparing(HookPoint::site);

    private final int layers;
    private final List<Site> sites;

    HookPoints(ModelConfig config) {
        this.layers = config.layers();
        List<Site> all = new ArrayList<>(List.of(Site.values()));
        if (config.parallelResidual()) {
            all.remove(Site.RESID_MID);
        }
        this.sites = List.copyOf(all);
    }

    List<HookPoint> all() {
        List<HookPoint> all = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            for (Site site : sites) {
                all.add(new HookPoint(layer, site));
            }
        }
        return all;
    }

    /** Where the last layer leaves the stream. */
    HookPoint end() {
        return new HookPoint(layers - 1, Site.RESID_POST);
    }

    /** The one that the model computes last. */
    HookPoint last(Collection<HookPoint> hooks) {
        if (hooks.isEmpty()) {
            throw new ModelException("at least one hook point must be asked for");
        }
        hooks.forEach(this::require);
        return hooks.stream().max(AS_COMPUTED).orElseThrow();
    }

    HookPoint require(HookPoint hook) {
        if (hook.layer() >= layers || !sites.contains(hook.site())) {
            throw new ModelException("hook point must be blocks.<0.." + (layers - 1) + ">.<one of "
                    + String.join(", ", sites.stream().map(Site::hook).toList()) + ">, got '" + hook.name() + "'");
        }
        return hook;
    }
}
