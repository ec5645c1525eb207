using System.Globalization;
using Microsoft.Extensions.Logging;
using Weft.ControlPlane.Distribution;
using Weft.Istio.Snapshot;
using Weft.Kubernetes.Watching;

namespace Weft.ControlPlane;

/// <summary>
/// From a changed object to the proxies, in this order: reflectors keep the watched objects (<see cref="WatchedMesh"/>), a burst of changes is gathered
/// (<see cref="Debouncer"/>), one snapshot is built (<see cref="MeshSnapshotBuilder"/>) and published; then each proxy's connection
/// (<see cref="AdsServer"/>) generates that proxy's resources and sends those whose content differs from what it has (<see cref="ProxySession"/>).
/// </summary>
internal sealed partial class ControlPlanePipeline(WatchedMesh watched, SnapshotSource<MeshPush> pushes, ControlPlaneOptions options, ControlPlaneDiagnostics diagnostics, ILogger<ControlPlanePipeline> logger)
{
    private long _count;

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var debouncer = new Debouncer(options.DebounceQuiet, options.DebounceLongest, options.TimeProvider);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = watched.RunAsync(debouncer.Signal, ended.Token);
        try
        {
            await watched.WhenSyncedAsync(ended.Token);
            Publish();
            while (true)
            {
                diagnostics.RecordDebounce(await debouncer.WaitAsync(ended.Token));
                Publish();
            }
        }
        finally
        {
            await ended.CancelAsync();
            await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Publish()
    {
        var started = options.TimeProvider.GetTimestamp();
        var snapshot = MeshSnapshotBuilder.Build(watched.Current(), pushes.Current.Snapshot);
        var now = options.TimeProvider.GetUtcNow();
        var version = string.Create(CultureInfo.InvariantCulture, $"{now:yyyy-MM-ddTHH:mm:ssZ}/{++_count}");
        var elapsed = options.TimeProvider.GetElapsedTime(started);
        var next = pushes.Current.Next(snapshot, version, watched.Credentials(), now);
        diagnostics.CountTrigger(next.Shape == pushes.Current.Shape ? "endpoint" : "config");
        diagnostics.RecordSnapshot(elapsed);
        pushes.Publish(next);
        LogPublished(version, snapshot.Services.Length, elapsed);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Published mesh snapshot {Version} with {Count} services, built in {Elapsed}")]
    private partial void LogPublished(string version, int count, TimeSpan elapsed);
}
