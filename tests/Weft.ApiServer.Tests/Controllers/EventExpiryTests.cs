using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Weft.ApiServer.Storage;

namespace Weft.ApiServer.Controllers;

public sealed class EventExpiryTests
{
    [Fact]
    public async Task Events_go_an_hour_after_they_were_last_seen()
    {
        var folder = Directory.CreateTempSubdirectory("weft-events-");
        await using (var store = ObjectStore.Open(Path.Combine(folder.FullName, "objects.db"), NullLogger.Instance))
        {
            await AddAsync(store, "old", "2026-01-01T10:00:00Z");
            await AddAsync(store, "seen-again", "2026-01-01T11:30:00Z");
            var time = new SteppedTime(DateTimeOffset.Parse("2026-01-01T11:30:01Z", System.Globalization.CultureInfo.InvariantCulture));
            using var stopping = new CancellationTokenSource();
            var running = new EventExpiry(store, time).RunAsync(stopping.Token);
            time.Tick();
            await foreach (var snapshot in store.Snapshots.WatchAsync(TestContext.Current.CancellationToken))
                if (snapshot.Of("events").Count < 2) break;
            Assert.Equal("seen-again", Assert.Single(store.Current.Of("events")).Key.Name);
            await stopping.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        }

        folder.Delete(recursive: true);
    }

    private static Task<WriteResult> AddAsync(ObjectStore store, string name, string last) => store.CreateAsync(
        new ObjectKey("events", "default", name),
        new JsonObject { ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "default", ["uid"] = name, ["creationTimestamp"] = "2026-01-01T09:00:00Z" }, ["lastTimestamp"] = last },
        TestContext.Current.CancellationToken);

    /// <summary>A clock that stands; its timers fire when the test says so.</summary>
    private sealed class SteppedTime(DateTimeOffset now) : TimeProvider
    {
        private readonly List<(TimerCallback Callback, object? State)> _timers = [];

        public override DateTimeOffset GetUtcNow() => now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _timers.Add((callback, state));
            return System.CreateTimer(static _ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public void Tick()
        {
            foreach (var (callback, state) in _timers) callback(state);
        }
    }
}
