using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Weft.Observability.Metrics.Embedded;

/// <summary>Scrapes a set of targets, which may be replaced at any time, into a store. A target that stays in the set goes on undisturbed.</summary>
internal sealed class Scraper(SeriesStore store, HttpClient http, ScrapeOptions options, TimeProvider time, ILogger<Scraper> logger) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ScrapeTarget, Running> _running = [];
    private readonly List<Task> _ending = [];
    private bool _disposed;

    public ImmutableArray<TargetScraper> Targets
    {
        get
        {
            lock (_lock)
                return [.. _running.Values.Select(static running => running.Scraper)];
        }
    }

    public void SetTargets(ImmutableArray<ScrapeTarget> targets)
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            var wanted = targets.ToHashSet();
            foreach (var target in _running.Keys.Where(target => !wanted.Contains(target)).ToArray())
                Stop(target);
            foreach (var target in wanted.Where(target => !_running.ContainsKey(target)))
                Start(target);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task[] ending;
        lock (_lock)
        {
            _disposed = true;
            foreach (var target in _running.Keys.ToArray())
                Stop(target);
            ending = [.. _ending];
        }

        await Task.WhenAll(ending);
    }

    private void Start(ScrapeTarget target)
    {
        var scraper = new TargetScraper(target, store, http, options, time, logger);
        var cancellation = new CancellationTokenSource();
        _running.Add(target, new Running(scraper, cancellation, Task.Run(() => scraper.RunAsync(cancellation.Token), CancellationToken.None)));
    }

    private void Stop(ScrapeTarget target)
    {
        _running.Remove(target, out var running);
        _ending.RemoveAll(static task => task.IsCompleted);
        _ending.Add(EndAsync(running!));
    }

    private static async Task EndAsync(Running running)
    {
        await running.Cancellation.CancelAsync();
        await running.Completion;
        running.Cancellation.Dispose();
    }

    private sealed record Running(TargetScraper Scraper, CancellationTokenSource Cancellation, Task Completion);
}
