using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Weft.ApiServer.Security;
using Weft.ApiServer.Storage;

namespace Weft.ApiServer.Controllers;

public sealed class GarbageCollectorCostTests
{
    [Fact]
    public async Task A_deletion_costs_by_what_depends_on_it_not_by_what_there_is()
    {
        var few = await LooksAsync(bystanders: 20);
        var many = await LooksAsync(bystanders: 5000);
        Assert.Equal(few, many);
        Assert.InRange(many, 3, 12);
    }

    /// <summary>How many objects the collector looks at when an owner of three goes, beside many objects of other owners.</summary>
    private static async Task<long> LooksAsync(int bystanders)
    {
        var folder = Directory.CreateTempSubdirectory("weft-gc-").FullName;
        var options = new ApiServerOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0), StateFolder = folder, ServiceNetwork = IPNetwork.Parse("10.96.0.0/16") };
        using var pki = StatePki.Open(Path.Combine(folder, "pki"), TimeProvider.System);
        using var stopping = new CancellationTokenSource();
        long looks;
        await using (var store = ObjectStore.Open(Path.Combine(folder, "objects.db"), NullLogger.Instance))
        {
            await Task.WhenAll(Enumerable.Range(0, bystanders).Select(i => AddAsync(store, $"other-{i}", "another")).Append(AddAsync(store, "another", "")).Append(AddAsync(store, "owner", "")));
            await Task.WhenAll(Enumerable.Range(0, 3).Select(i => AddAsync(store, $"dependent-{i}", "owner")));
            var collector = ServerParts.Compose(options, pki, store, stopping.Token).Garbage;
            var running = collector.RunAsync(stopping.Token);
            Assert.Equal(bystanders + 3, await CaughtUpAsync(store, collector, bystanders + 3));
            await store.DeleteAsync(Key("owner"), store.Current.Find(Key("owner"))!.Revision, TestContext.Current.CancellationToken);
            await foreach (var snapshot in store.Snapshots.WatchAsync(TestContext.Current.CancellationToken))
                if (snapshot.Of("configmaps").Count == bystanders + 1) break;
            await stopping.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
            looks = collector.Looked - bystanders - 3;
        }

        Directory.Delete(folder, recursive: true);
        return looks;
    }

    /// <summary>The first look at everything has no sign of its end but the count.</summary>
    private static async Task<long> CaughtUpAsync(ObjectStore store, GarbageCollector collector, long wanted)
    {
        while (collector.Looked < wanted) await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        return store.Current.Of("configmaps").Count(o => o.Owners.Count > 0);
    }

    private static ObjectKey Key(string name) => new("configmaps", "default", name);

    private static Task<WriteResult> AddAsync(ObjectStore store, string name, string owner)
    {
        var metadata = new JsonObject { ["name"] = name, ["namespace"] = "default", ["uid"] = name };
        if (owner.Length > 0) metadata["ownerReferences"] = new JsonArray(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "ConfigMap", ["name"] = owner, ["uid"] = owner });
        return store.CreateAsync(Key(name), new JsonObject { ["metadata"] = metadata }, TestContext.Current.CancellationToken);
    }
}
