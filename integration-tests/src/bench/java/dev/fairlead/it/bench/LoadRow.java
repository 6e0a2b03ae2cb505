package dev.fairlead.it.bench;

/** The rows about speed: what is driven, for so many nanoseconds. */
enum LoadRow {
    SYNC_1("sync, 1 thread") {
        @Override
        Meter.Sample run(Subject subject, long nanos) throws InterruptedException {
            return Load.threads(subject, 1, nanos, Load::mixed);
        }
    },
    SYNC_16("sync, 16 threads on one client") {
        @Override
        Meter.Sample run(Subject subject, long nanos) throws InterruptedException {
            return Load.threads(subject, 16, nanos, Load::mixed);
        }
    },
    SYNC_64("sync, 64 threads on one client") {
        @Override
        Meter.Sample run(Subject subject, long nanos) throws InterruptedException {
            return Load.threads(subject, 64, nanos, Load::mixed);
        }
    },
    ASYNC_512("async, 512 in flight from one thread") {
        @Override
        boolean canRun(Subject subject) {
            return subject.isAsync();
        }

        @Override
        Meter.Sample run(Subject subject, long nanos) {
            return Load.window(subject, 512, nanos, i -> Load.mixedAsync(subject));
        }
    },
    BATCH_512("batches of 512 (p50 and p99 of a batch)") {
        @Override
        Meter.Sample run(Subject subject, long nanos) {
            return Load.batches(512, nanos, () -> Load.mixedBatch(subject, 512));
        }
    },
    LARGE_SYNC("GET of 64 KiB values, sync") {
        @Override
        Meter.Sample run(Subject subject, long nanos) throws InterruptedException {
            return Load.threads(subject, 1, nanos, each -> checked(each.getBytes(Load.LARGE)));
        }
    },
    LARGE_16("GET of 64 KiB values, 16 in flight") {
        @Override
        Meter.Sample run(Subject subject, long nanos) {
            return subject.isAsync()
                    ? Load.window(subject, 16, nanos, i -> subject.getBytesAsync(Load.LARGE))
                    : Load.batches(16, nanos, () -> subject.batchBytes(Load.LARGE, 16));
        }
    },
    REPLICAS_512("reads over two replicas, 512 in flight") {
        @Override
        boolean canRun(Subject subject) {
            return subject.isAsync() && subject.readsFromReplicas();
        }

        @Override
        boolean needsReplicas() {
            return true;
        }

        @Override
        Meter.Sample run(Subject subject, long nanos) {
            return Load.window(subject, 512, nanos, i -> subject.getAsync(Load.anyKey()));
        }
    };

    private final String title;

    LoadRow(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    boolean canRun(Subject subject) {
        return true;
    }

    boolean needsReplicas() {
        return false;
    }

    abstract Meter.Sample run(Subject subject, long nanos) throws InterruptedException;

    private static void checked(byte[] value) {
        if (value == null || value.length != Load.LARGE_BYTES) {
            throw new IllegalStateException("The large value came back as "
                    + (value == null ? "null" : value.length + " bytes"));
        }
    }
}
