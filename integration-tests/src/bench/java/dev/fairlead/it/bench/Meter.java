package dev.fairlead.it.bench;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.HdrHistogram.Histogram;

/**
 * What a turn took of this JVM: time, processor time and allocated bytes, of all its threads, those of the load included. Only
 * one turn runs at a time, so that what is counted belongs to one client (and what the others do in the background, which is little).
 */
final class Meter {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final long cpuNanos = SYSTEM.getProcessCpuTime();
    private final long allocated = allocatedBytes();
    private final long startNanos = System.nanoTime();

    /** Threads that start after the meter and end before it are not seen: the load's own must still be there. */
    Sample stop(long commands, long errors, Histogram latency) {
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        double cpu = (SYSTEM.getProcessCpuTime() - cpuNanos) / 1e9;
        long bytes = allocatedBytes() - allocated;
        double million = Math.max(commands, 1) / 1e6;
        return new Sample(
                commands / seconds,
                latency.getValueAtPercentile(50) / 1e3,
                latency.getValueAtPercentile(99) / 1e3,
                cpu / million,
                bytes / (million * 1e6),
                errors);
    }

    private static long allocatedBytes() {
        long sum = 0;
        for (long bytes : THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())) {
            sum += Math.max(bytes, 0); // -1: the thread has just ended.
        }
        return sum;
    }

    /**
     * @param perSecond commands
     * @param p50Micros of one call as the caller sees it
     * @param cpuSeconds of the processor for a million commands
     * @param bytes allocated for each command
     * @param errors calls that failed
     */
    record Sample(
            double perSecond, double p50Micros, double p99Micros, double cpuSeconds, double bytes, long errors) {}
}
