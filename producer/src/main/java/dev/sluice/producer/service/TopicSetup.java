package dev.sluice.producer.service;

import dev.sluice.producer.contract.Topic;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates the topics that are absent, or waits for them, and verifies those that exist, against the table of topics. */
public final class TopicSetup {
    private static final Logger LOG = LoggerFactory.getLogger(TopicSetup.class);
    private static final int ATTEMPTS = 50;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** The operator may bound retention, and choose when a segment is full. */
    private static final Set<String> NOT_VERIFIED = Set.of("retention.ms", "segment.ms");

    /** A larger value than wanted is fine. */
    private static final Set<String> AT_LEAST = Set.of("max.message.bytes");

    private TopicSetup() {}

    /**
     * Returns when every topic exists and is as it should be. Services may call this at the same time.
     *
     * @throws TopicException naming the topic, the key, what was found and what is wanted
     */
    public static void ensure(KafkaConnection kafka, Collection<Topic> topics) {
        ensure(kafka, topics, () -> {});
    }

    /**
     * The same.
     *
     * @param tick called about every second while it waits for a topic; may throw to give up
     */
    public static void ensure(KafkaConnection kafka, Collection<Topic> topics, Runnable tick) {
        try (Admin admin = Admin.create(kafka.admin())) {
            if (!kafka.createTopics()) {
                await(admin, topics, tick);
            }
            Set<String> existing = existing(admin);
            List<Topic> toVerify = new ArrayList<>();
            for (Topic topic : topics) {
                if (existing.contains(topic.name()) || !created(admin, topic)) {
                    toVerify.add(topic);
                }
            }
            verify(admin, toVerify);
        }
    }

    private static Set<String> existing(Admin admin) {
        return new HashSet<>(get("list topics", admin.listTopics().names()));
    }

    /** The operator makes the topics. */
    private static void await(Admin admin, Collection<Topic> topics, Runnable tick) {
        Set<String> said = Set.of();
        while (true) {
            Set<String> absent = topics.stream().map(Topic::name).collect(Collectors.toCollection(TreeSet::new));
            absent.removeAll(existing(admin));
            if (absent.isEmpty()) {
                return;
            }
            if (!absent.equals(said)) {
                said = absent;
                LOG.warn("topics.create is false: waiting for {}", String.join(", ", absent));
            }
            tick.run();
            LockSupport.parkNanos(WAIT_NANOS);
        }
    }

    private static boolean created(Admin admin, Topic topic) {
        NewTopic wanted =
                new NewTopic(topic.name(), Optional.of(topic.partitions()), Optional.empty()).configs(topic.configs());
        try {
            admin.createTopics(List.of(wanted)).all().get();
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicExistsException) {
                return false; // another service was faster
            }
            throw failed("topic " + topic.name() + " cannot be created", e);
        } catch (InterruptedException e) {
            throw interrupted("create topic " + topic.name(), e);
        }
    }

    private static void verify(Admin admin, List<Topic> topics) {
        if (topics.isEmpty()) {
            return;
        }
        Map<String, TopicDescription> found =
                describe(admin, topics.stream().map(Topic::name).toList());
        for (Topic topic : topics) {
            TopicDescription description = found.get(topic.name());
            int partitions = description == null ? 0 : description.partitions().size();
            if (partitions != topic.partitions()) {
                throw different(topic, "partitions", Integer.toString(partitions), "" + topic.partitions());
            }
        }
        List<ConfigResource> resources =
                topics.stream().map(TopicSetup::resource).toList();
        Map<ConfigResource, Config> configs = get(
                "describe configs of topics", admin.describeConfigs(resources).all());
        topics.forEach(topic -> verifyConfigs(topic, Objects.requireNonNull(configs.get(resource(topic)))));
    }

    private static ConfigResource resource(Topic topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
    }

    private static void verifyConfigs(Topic topic, Config found) {
        topic.configs().forEach((key, wanted) -> {
            ConfigEntry entry = found.get(key);
            String value = entry == null ? "nothing" : String.valueOf(entry.value());
            if (!NOT_VERIFIED.contains(key) && !matches(key, value, wanted)) {
                throw different(topic, key, value, wanted);
            }
        });
    }

    private static boolean matches(String key, String found, String wanted) {
        return found.equals(wanted) || (AT_LEAST.contains(key) && Long.parseLong(found) >= Long.parseLong(wanted));
    }

    /** A topic that another service has just created may be unknown to this broker for a moment. */
    private static Map<String, TopicDescription> describe(Admin admin, List<String> names) {
        for (int attempt = 1; ; attempt++) {
            try {
                return admin.describeTopics(names).allTopicNames().get();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException) || attempt == ATTEMPTS) {
                    throw failed("topics " + names + " cannot be described", e);
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            } catch (InterruptedException e) {
                throw interrupted("describe topics " + names, e);
            }
        }
    }

    private static <T> T get(String action, KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw failed("cannot " + action, e);
        } catch (InterruptedException e) {
            throw interrupted(action, e);
        }
    }

    private static TopicException failed(String problem, ExecutionException e) {
        Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
        return new TopicException(problem + ": " + cause.getMessage(), cause);
    }

    private static TopicException interrupted(String action, InterruptedException e) {
        Thread.currentThread().interrupt();
        return new TopicException("interrupted while waiting to " + action, e);
    }

    private static TopicException different(Topic topic, String key, String found, String wanted) {
        return new TopicException("topic " + topic.name() + ": " + key + " must be " + wanted + ", found " + found
                + ": change it or give the topic another broker");
    }
}
