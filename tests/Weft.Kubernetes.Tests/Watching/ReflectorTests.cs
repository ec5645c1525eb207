using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Weft.Kubernetes.Client;
using Weft.Kubernetes.Objects;

namespace Weft.Kubernetes.Watching;

public sealed class ReflectorTests
{
    private static readonly ReflectorOptions Impatient = new() { FirstBackOff = TimeSpan.FromMilliseconds(1), LongestBackOff = TimeSpan.FromMilliseconds(20) };

    [Fact]
    public async Task A_stream_gives_the_present_state_then_Synced_then_changes()
    {
        await using var server = await ScriptedApiServer.StartAsync(async (context, _) =>
        {
            if (!IsWatch(context))
            {
                await context.JsonAsync(Answers.ConfigMapList(5, Answers.ConfigMap("a", 3)));
                return;
            }

            await context.LineAsync(Answers.Event("ADDED", Answers.ConfigMap("b", 6)));
            await context.LineAsync(Answers.Event("MODIFIED", Answers.ConfigMap("a", 7, "2")));
            await context.LineAsync(Answers.Event("DELETED", Answers.ConfigMap("b", 8)));
            await context.SilenceAsync();
        });

        var seen = await ReadAsync(server, Impatient, 5);

        Assert.Equal(["Added a", "Synced ", "Added b", "Modified a", "Deleted b"], seen);
        Assert.Contains("resourceVersion=5", server.Requests.Last().Path, StringComparison.Ordinal);
        Assert.Contains("allowWatchBookmarks=true", server.Requests.Last().Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lost_connection_is_resumed_at_the_bookmark_without_a_new_list()
    {
        var watches = 0;
        await using var server = await ScriptedApiServer.StartAsync(async (context, _) =>
        {
            if (!IsWatch(context))
            {
                await context.JsonAsync(Answers.ConfigMapList(5));
            }
            else if (Interlocked.Increment(ref watches) == 1)
            {
                await context.LineAsync(Answers.Event("BOOKMARK", """{"kind":"ConfigMap","apiVersion":"v1","metadata":{"resourceVersion":"40"}}"""));
                await context.Response.WriteAsync("""{"type":"ADDED","obj""", context.RequestAborted);
            }
            else
            {
                await context.LineAsync(Answers.Event("ADDED", Answers.ConfigMap("a", 41)));
                await context.SilenceAsync();
            }
        });

        Assert.Equal(["Synced ", "Added a"], await ReadAsync(server, Impatient, 2));
        Assert.Equal(1, server.Requests.Count(r => !r.Path.Contains("watch=true", StringComparison.Ordinal)));
        Assert.Contains("resourceVersion=40", server.Requests.Last().Path, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_forgotten_version_leads_to_a_new_list_and_only_its_differences(bool asEvent)
    {
        var lists = 0;
        await using var server = await ScriptedApiServer.StartAsync(async (context, _) =>
        {
            if (!IsWatch(context))
            {
                await context.JsonAsync(Interlocked.Increment(ref lists) == 1
                    ? Answers.ConfigMapList(5, Answers.ConfigMap("same", 1), Answers.ConfigMap("changes", 2), Answers.ConfigMap("goes", 3))
                    : Answers.ConfigMapList(90, Answers.ConfigMap("same", 1), Answers.ConfigMap("changes", 80), Answers.ConfigMap("comes", 81)));
            }
            else if (context.Request.Query["resourceVersion"] != "5")
            {
                await context.SilenceAsync();
            }
            else if (asEvent)
            {
                await context.LineAsync(Answers.Event("ERROR", """{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"too old resource version: 5 (50)","reason":"Expired","code":410}"""));
            }
            else
            {
                await context.StatusAsync(410, "Expired", "too old resource version: 5 (50)");
            }
        });

        Assert.Equal(
            ["Added same", "Added changes", "Added goes", "Synced ", "Deleted goes", "Modified changes", "Added comes", "Synced "],
            await ReadAsync(server, Impatient, 8));
    }

    [Fact]
    public async Task A_half_open_connection_is_given_up_after_its_time()
    {
        var watches = 0;
        await using var server = await ScriptedApiServer.StartAsync(async (context, _) =>
        {
            if (!IsWatch(context))
            {
                await context.JsonAsync(Answers.ConfigMapList(5));
                return;
            }

            if (Interlocked.Increment(ref watches) > 1)
            {
                await context.LineAsync(Answers.Event("ADDED", Answers.ConfigMap("a", 6)));
            }

            await context.SilenceAsync();
        });

        var options = Impatient with { WatchDuration = TimeSpan.FromMilliseconds(50), WatchGrace = TimeSpan.FromMilliseconds(50) };
        Assert.Equal(["Synced ", "Added a"], await ReadAsync(server, options, 2));
    }

    [Fact]
    public async Task A_malformed_object_does_not_stop_the_stream()
    {
        await using var server = await ScriptedApiServer.StartAsync(async (context, _) =>
        {
            if (!IsWatch(context))
            {
                await context.JsonAsync(Answers.ConfigMapList(5, """{"metadata":{"name":"bad"},"data":[1]}""", Answers.ConfigMap("a", 3)));
                return;
            }

            await context.LineAsync(Answers.Event("ADDED", """{"metadata":{"name":"bad2","resourceVersion":"6"},"data":"x"}"""));
            await context.LineAsync(Answers.Event("ADDED", "\"not even an object\""));
            await context.LineAsync(Answers.Event("ADDED", Answers.ConfigMap("b", 7)));
            await context.SilenceAsync();
        });

        Assert.Equal(["Added a", "Synced ", "Added b"], await ReadAsync(server, Impatient, 3));
    }

    [Fact]
    public async Task Every_page_of_the_list_is_read()
    {
        await using var server = await ScriptedApiServer.StartAsync((context, _) => IsWatch(context)
            ? context.SilenceAsync()
            : context.JsonAsync(context.Request.Query["continue"].Count == 0
                ? $$"""{"metadata":{"resourceVersion":"5","continue":"next"},"items":[{{Answers.ConfigMap("a", 1)}}]}"""
                : Answers.ConfigMapList(5, Answers.ConfigMap("b", 2))));

        Assert.Equal(["Added a", "Added b", "Synced "], await ReadAsync(server, Impatient, 3));
    }

    [Fact]
    public async Task A_server_that_fails_at_first_is_asked_again()
    {
        var failures = 3;
        await using var server = await ScriptedApiServer.StartAsync((context, _) =>
            Interlocked.Decrement(ref failures) >= 0 ? context.StatusAsync(503, "ServiceUnavailable", "not yet")
            : IsWatch(context) ? context.SilenceAsync()
            : context.JsonAsync(Answers.ConfigMapList(5)));

        Assert.Equal(["Synced "], await ReadAsync(server, Impatient, 1));
    }

    [Fact]
    public async Task A_reflector_keeps_the_newest_state()
    {
        var go = new TaskCompletionSource();
        await using var server = await ScriptedApiServer.StartAsync(async (context, _) =>
        {
            if (!IsWatch(context))
            {
                await context.JsonAsync(Answers.ConfigMapList(5, Answers.ConfigMap("a", 3)));
                return;
            }

            await go.Task;
            await context.LineAsync(Answers.Event("MODIFIED", Answers.ConfigMap("a", 7, "2")));
            await context.SilenceAsync();
        });
        using var client = server.Connect();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var reflector = new Reflector<ConfigMap>(client, KubeResources.ConfigMaps, Impatient, NullLogger.Instance);
        Assert.False(reflector.Current.IsSynced);
        var running = reflector.RunAsync(ended.Token);

        var synced = await reflector.WhenSyncedAsync(TestContext.Current.CancellationToken);
        go.SetResult();
        await foreach (var store in reflector.Source.WatchAsync(TestContext.Current.CancellationToken))
        {
            if (store.Find("ns", "a")?.Data["v"] == "2")
            {
                break;
            }
        }

        Assert.Equal("1", synced.Find("ns", "a")?.Data["v"]);
        Assert.Single(reflector.Current.InNamespace("ns"));
        await ended.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task A_missing_collection_is_empty_when_that_is_wanted()
    {
        await using var server = await ScriptedApiServer.StartAsync((context, _) => context.StatusAsync(404, "NotFound", "no"));

        Assert.Equal(["Synced "], await ReadAsync(server, Impatient with { MissingIsEmpty = true }, 1));
    }

    [Fact]
    public async Task A_forbidden_collection_is_empty_when_that_is_wanted_and_read_once_it_is_allowed()
    {
        var asked = 0;
        await using var server = await ScriptedApiServer.StartAsync((context, _) => IsWatch(context) ? context.SilenceAsync()
            : Interlocked.Increment(ref asked) == 1 ? context.StatusAsync(403, "Forbidden", "not for you")
            : context.JsonAsync(Answers.ConfigMapList(5, Answers.ConfigMap("a", 3))));

        Assert.Equal(["Synced ", "Added a", "Synced "], await ReadAsync(server, Impatient with { ForbiddenIsEmpty = true }, 3));
    }

    private static bool IsWatch(HttpContext context) => context.Request.Query["watch"] == "true";

    private static async Task<List<string>> ReadAsync(ScriptedApiServer server, ReflectorOptions options, int count)
    {
        using var client = server.Connect();
        var stream = new WatchStream<ConfigMap>(client, KubeResources.ConfigMaps, options, NullLogger.Instance);
        var seen = new List<string>();
        await foreach (var change in stream.ReadAsync(TestContext.Current.CancellationToken))
        {
            seen.Add($"{change.Type} {change.Resource?.Metadata.Name}");
            if (seen.Count == count)
            {
                break;
            }
        }

        return seen;
    }
}
