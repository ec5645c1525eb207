using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using Weft.Proxy.Listeners;

namespace Weft.Proxy.Clusters;

/// <summary>A name that clusters want resolved again and again.</summary>
/// <param name="RefreshRate">dns_refresh_rate, the least of all clusters that name it.</param>
/// <param name="FailureRate">dns_failure_refresh_rate.base_interval.</param>
internal sealed record DnsQuery(string Host, TimeSpan RefreshRate, TimeSpan FailureRate);

/// <summary>
/// Keeps the addresses of endpoints that are names (STRICT_DNS, LOGICAL_DNS). What was resolved stays while its name cannot be resolved.
/// </summary>
/// <param name="changed">Called after a name got other addresses, or its first answer, be it none.</param>
internal sealed class DnsWatcher(NameResolver names, TimeProvider time, Func<Task> changed) : IAsyncDisposable
{
    /// <summary>Longer than this a new cluster does not wait for its first answer.</summary>
    private static readonly TimeSpan LookupLimit = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, ImmutableArray<IPAddress>> _addresses = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Watch> _watches = new(StringComparer.OrdinalIgnoreCase);

    /// <returns>Null until the first answer.</returns>
    public ImmutableArray<IPAddress>? AddressesOf(string host) => _addresses.TryGetValue(host, out var known) ? known : null;

    /// <summary>Begins and ends to watch. One caller at a time.</summary>
    public void Follow(IReadOnlyCollection<DnsQuery> queries)
    {
        var wanted = queries.ToDictionary(query => query.Host, StringComparer.OrdinalIgnoreCase);
        foreach (var gone in _watches.Where(watch => !wanted.TryGetValue(watch.Key, out var query) || query != watch.Value.Query).ToList())
        {
            _watches.Remove(gone.Key);
            gone.Value.Stop.Cancel();
            if (!wanted.ContainsKey(gone.Key))
            {
                _addresses.TryRemove(gone.Key, out _);
            }
        }

        foreach (var query in wanted.Values.Where(query => !_watches.ContainsKey(query.Host)))
        {
            var stop = new CancellationTokenSource();
            _watches[query.Host] = new Watch(query, stop, Task.Run(() => WatchAsync(query, stop.Token), CancellationToken.None));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var watch in _watches.Values)
        {
            await watch.Stop.CancelAsync();
        }

        await Task.WhenAll(_watches.Values.Select(watch => watch.Running));
    }

    private async Task WatchAsync(DnsQuery query, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var found = await LookUpAsync(query.Host, cancellationToken);
            if (cancellationToken.IsCancellationRequested)
            {
                return;
            }

            if (Take(query.Host, found))
            {
                await changed();
            }

            var pause = (found.IsEmpty ? query.FailureRate : query.RefreshRate) * (1 + (Random.Shared.NextDouble() / 10));
            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private bool Take(string host, ImmutableArray<IPAddress> found)
    {
        var isNew = !_addresses.TryGetValue(host, out var known);
        if (!isNew && (found.IsEmpty || found.SequenceEqual(known)))
        {
            return false;
        }

        _addresses[host] = found;
        return true;
    }

    private async Task<ImmutableArray<IPAddress>> LookUpAsync(string host, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var timer = time.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), limit, LookupLimit, Timeout.InfiniteTimeSpan);
        try
        {
            return await names.UpstreamAddressesAsync(host, limit.Token);
        }
        catch (OperationCanceledException)
        {
            return [];
        }
    }

    private sealed record Watch(DnsQuery Query, CancellationTokenSource Stop, Task Running);
}
