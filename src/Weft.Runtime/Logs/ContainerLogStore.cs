using System.Collections.Concurrent;
using System.Globalization;
using Weft.Runtime.Containers;

namespace Weft.Runtime.Logs;

/// <summary>
/// The logs of the node's containers: <c>folder/namespace_pod_uid/container/run.log</c>. The logs of the last two runs of each
/// container are kept, and all are removed with the pod.
/// </summary>
public sealed class ContainerLogStore(string folder, TimeProvider time, long rotateAt = ContainerLogStore.DefaultRotateAt)
{
    /// <summary>The size at which a log file is rotated; the kubelet's default.</summary>
    public const long DefaultRotateAt = 10 * 1024 * 1024;

    private readonly ConcurrentDictionary<ContainerLogId, ContainerLogFile> _open = new();

    /// <summary>Begins or continues the log of a run. Every opened log is ended by <see cref="Close"/>.</summary>
    public IContainerLog Open(ContainerLogId id)
    {
        RemoveRunsBefore(id);
        return _open.GetOrAdd(id, static (key, store) => new ContainerLogFile(store.PathOf(key), store.RotateAt, store.Time), this);
    }

    /// <summary>Ends the log of a run: followers get its end, later writes are dropped.</summary>
    public void Close(ContainerLogId id)
    {
        if (_open.TryRemove(id, out var log))
            log.Dispose();
    }

    /// <summary>Removes all logs of a pod that is gone.</summary>
    public void RemovePod(string @namespace, string pod, string podUid)
    {
        var path = PodFolder(@namespace, pod, podUid);
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
    }

    /// <summary>Removes the logs of pods that went while nobody looked.</summary>
    internal void RemoveAllBut(IEnumerable<string> podUids)
    {
        if (!Directory.Exists(folder))
            return;
        var kept = podUids.ToHashSet();
        foreach (var path in Directory.EnumerateDirectories(folder, "*_*_*"))
        {
            if (!kept.Contains(Path.GetFileName(path).Split('_')[^1]))
                Directory.Delete(path, recursive: true);
        }
    }

    /// <summary>The runs of a container that have a log, oldest first.</summary>
    internal IReadOnlyList<int> Runs(string @namespace, string pod, string podUid, string container)
    {
        var path = ContainerFolder(@namespace, pod, podUid, container);
        if (!Directory.Exists(path))
            return [];
        return [.. Directory.EnumerateFiles(path, "*.log")
            .Select(file => int.TryParse(Path.GetFileNameWithoutExtension(file), CultureInfo.InvariantCulture, out var run) ? run : -1)
            .Where(run => run >= 0)
            .Order()];
    }

    /// <summary>The uid of the newest pod of a name that has logs; null when there is none.</summary>
    internal string? NewestUid(string @namespace, string pod)
    {
        if (!Directory.Exists(folder))
            return null;
        var prefix = $"{@namespace}_{pod}_";
        return new DirectoryInfo(folder).EnumerateDirectories(prefix + "*")
            .OrderByDescending(found => found.CreationTimeUtc)
            .Select(found => found.Name[prefix.Length..])
            .FirstOrDefault();
    }

    internal ContainerLogFile? FindOpen(ContainerLogId id) => _open.GetValueOrDefault(id);

    internal string PathOf(ContainerLogId id) =>
        Path.Combine(ContainerFolder(id.Namespace, id.Pod, id.PodUid, id.Container), id.Run.ToString(CultureInfo.InvariantCulture) + ".log");

    private long RotateAt => rotateAt;

    private TimeProvider Time => time;

    private string PodFolder(string @namespace, string pod, string podUid) => Path.Combine(folder, $"{@namespace}_{pod}_{podUid}");

    private string ContainerFolder(string @namespace, string pod, string podUid, string container) =>
        Path.Combine(PodFolder(@namespace, pod, podUid), container);

    private void RemoveRunsBefore(ContainerLogId id)
    {
        foreach (var run in Runs(id.Namespace, id.Pod, id.PodUid, id.Container).Where(run => run < id.Run - 1))
        {
            var path = PathOf(id with { Run = run });
            File.Delete(path);
            File.Delete(ContainerLogFile.RotatedPath(path));
        }
    }
}
