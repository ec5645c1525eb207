using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Weft.Runtime.Support;

/// <summary>
/// The least that speaks the wire of a Kubernetes API server and does what the node's tests rely on: create, read, replace, merge
/// patch, status, graceful deletion of pods, garbage collection by owner, list and watch. No admission, no defaults, no validation.
/// </summary>
public sealed class WireApiServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, JsonObject> _objects = new(StringComparer.Ordinal);
    private readonly List<(string Collection, string Namespace, Channel<string> Events)> _watches = [];
    private readonly CancellationTokenSource _stop = new();
    private long _version = 1;

    private WireApiServer(WebApplication application) => _application = application;

    public Uri Address => new(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Requests that changed something, as "METHOD path".</summary>
    public ConcurrentQueue<string> Writes { get; } = new();

    public static async Task<WireApiServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
        var application = builder.Build();
        var server = new WireApiServer(application);
        application.Run(server.ServeAsync);
        await application.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _application.DisposeAsync();
        _stop.Dispose();
    }

    private async Task ServeAsync(HttpContext http)
    {
        var path = http.Request.Path.Value!.Trim('/').Split('/');
        var rest = path[0] == "api" ? path[2..] : path[3..];
        var @namespace = "";
        if (rest is ["namespaces", var given, _, ..])
            (@namespace, rest) = (given, rest[2..]);
        var collection = string.Join('/', path[0] == "api" ? path[..2] : path[..3]) + "/" + rest[0];
        var target = new Target(collection, @namespace, rest.ElementAtOrDefault(1), rest.ElementAtOrDefault(2));
        if (http.Request.Method == "GET" && target.Name is null && http.Request.Query.ContainsKey("watch"))
            await WatchAsync(http, target);
        else
            await AnswerAsync(http, target);
    }

    private async Task AnswerAsync(HttpContext http, Target target)
    {
        using var reader = new StreamReader(http.Request.Body);
        var text = await reader.ReadToEndAsync(http.RequestAborted);
        var body = text.Length == 0 ? [] : (JsonObject)JsonNode.Parse(text)!;
        if (http.Request.Method != "GET")
            Writes.Enqueue($"{http.Request.Method} {http.Request.Path.Value}");
        (int Code, JsonNode Answer) answer;
        lock (_gate)
        {
            answer = http.Request.Method switch
            {
                "GET" => target.Name is null ? (200, List(target)) : Get(target),
                "POST" => target.Sub == "token" ? (201, Token()) : Create(target, body),
                "PUT" => Change(target, body, Replaced),
                "PATCH" => Change(target, body, Merged),
                "DELETE" => Delete(target, body),
                _ => (405, Failure(405, "MethodNotAllowed", "no")),
            };
            answer.Answer = answer.Answer.DeepClone();
        }

        http.Response.StatusCode = answer.Code;
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(answer.Answer.ToJsonString(), http.RequestAborted);
    }

    private async Task WatchAsync(HttpContext http, Target target)
    {
        var events = Channel.CreateUnbounded<string>();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, _stop.Token);
        lock (_gate)
        {
            // The tests' versions are few: what is newer than the asked version is sent again as it is now.
            var since = long.Parse(http.Request.Query["resourceVersion"].ToString() is { Length: > 0 } version ? version : "0", null);
            foreach (var item in Items(target).Where(item => Version(item) > since))
                events.Writer.TryWrite(Event("ADDED", item));
            _watches.Add((target.Collection, target.Namespace, events));
        }

        http.Response.ContentType = "application/json";
        await http.Response.StartAsync(end.Token);
        try
        {
            await foreach (var line in events.Reader.ReadAllAsync(end.Token))
            {
                await http.Response.WriteAsync(line, end.Token);
                await http.Response.Body.FlushAsync(end.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The client has left or the test is over.
        }
        finally
        {
            lock (_gate)
                _watches.RemoveAll(watch => watch.Events == events);
        }
    }

    private JsonObject List(Target target) => new()
    {
        ["kind"] = "List",
        ["apiVersion"] = "v1",
        ["metadata"] = new JsonObject { ["resourceVersion"] = $"{_version}" },
        ["items"] = new JsonArray([.. Items(target).Select(item => item.DeepClone())]),
    };

    private IEnumerable<JsonObject> Items(Target target) => _objects
        .Where(item => item.Key.StartsWith(target.Collection + "|" + (target.Namespace.Length == 0 ? "" : target.Namespace + "|"), StringComparison.Ordinal))
        .Select(item => item.Value);

    private (int, JsonNode) Get(Target target) => _objects.TryGetValue(target.Key, out var found) ? (200, found) : NotFound(target);

    private (int, JsonNode) Create(Target target, JsonObject body)
    {
        var metadata = (JsonObject)(body["metadata"] ??= new JsonObject());
        var name = (string?)metadata["name"] is { Length: > 0 } given ? given : (string?)metadata["generateName"] + Guid.NewGuid().ToString("N")[..5];
        target = target with { Name = name };
        if (_objects.ContainsKey(target.Key))
            return (409, Failure(409, "AlreadyExists", $"{target.Collection} \"{name}\" already exists"));
        metadata["name"] = name;
        if (target.Namespace.Length > 0)
            metadata["namespace"] = target.Namespace;
        metadata["uid"] = Guid.NewGuid().ToString();
        metadata["creationTimestamp"] = Now();
        metadata["generation"] = 1;
        return (201, Store(target, body, "ADDED"));
    }

    private (int, JsonNode) Change(Target target, JsonObject body, Func<JsonObject, JsonObject, string?, JsonObject> change)
    {
        if (!_objects.TryGetValue(target.Key, out var present))
            return NotFound(target);
        if ((string?)body["metadata"]?["resourceVersion"] is { } version && version != (string?)present["metadata"]!["resourceVersion"])
            return (409, Failure(409, "Conflict", "the object has been modified"));
        if ((string?)body["metadata"]?["uid"] is { } uid && uid != (string?)present["metadata"]!["uid"])
            return (409, Failure(409, "Conflict", "uid mismatch"));
        var changed = change(present, body, target.Sub);
        if (target.Sub is null && !JsonNode.DeepEquals(changed["spec"], present["spec"]))
            changed["metadata"]!["generation"] = (long)present["metadata"]!["generation"]! + 1;
        return JsonNode.DeepEquals(changed, present) ? (200, present) : (200, Store(target, changed, "MODIFIED"));
    }

    private static JsonObject Replaced(JsonObject present, JsonObject body, string? sub)
    {
        var result = (JsonObject)(sub == "status" ? present : body).DeepClone();
        if (sub == "status")
            result["status"] = body["status"]?.DeepClone();
        else
            result["status"] = present["status"]?.DeepClone();
        foreach (var kept in new[] { "uid", "creationTimestamp", "generation", "deletionTimestamp", "deletionGracePeriodSeconds" })
        {
            if (present["metadata"]![kept] is { } value)
                result["metadata"]![kept] = value.DeepClone();
        }

        return result;
    }

    private static JsonObject Merged(JsonObject present, JsonObject body, string? sub)
    {
        var result = (JsonObject)present.DeepClone();
        foreach (var (name, value) in body.Where(member => sub is null ? member.Key != "status" : member.Key == "status"))
            result[name] = Merge(result[name], value);
        return result;
    }

    private static JsonNode? Merge(JsonNode? present, JsonNode? patch)
    {
        if (patch is not JsonObject members)
            return patch?.DeepClone();
        var result = present as JsonObject is { } item ? (JsonObject)item.DeepClone() : [];
        foreach (var (name, value) in members)
        {
            if (value is null)
                result.Remove(name);
            else
                result[name] = Merge(result[name], value);
        }

        return result;
    }

    private (int, JsonNode) Delete(Target target, JsonObject options)
    {
        if (!_objects.TryGetValue(target.Key, out var present))
            return NotFound(target);
        if ((string?)options["preconditions"]?["uid"] is { } uid && uid != (string?)present["metadata"]!["uid"])
            return (409, Failure(409, "Conflict", "uid mismatch"));
        var grace = (long?)options["gracePeriodSeconds"] ?? (long?)present["spec"]?["terminationGracePeriodSeconds"] ?? 30;
        if (target.Collection == "api/v1/pods" && grace > 0 && (string?)present["spec"]?["nodeName"] is { Length: > 0 })
        {
            if (present["metadata"]!["deletionTimestamp"] is not null)
                return (200, present);
            var changed = (JsonObject)present.DeepClone();
            changed["metadata"]!["deletionTimestamp"] = Now();
            changed["metadata"]!["deletionGracePeriodSeconds"] = grace;
            return (200, Store(target, changed, "MODIFIED"));
        }

        return (200, Remove(target, present));
    }

    private JsonObject Remove(Target target, JsonObject present)
    {
        _objects.Remove(target.Key);
        var gone = (JsonObject)present.DeepClone();
        gone["metadata"]!["resourceVersion"] = $"{++_version}";
        Announce("DELETED", target, gone);
        var uid = (string?)present["metadata"]!["uid"];
        foreach (var (key, item) in _objects.ToArray())
        {
            if (item["metadata"]!["ownerReferences"] is JsonArray owners && owners.Any(owner => (string?)owner!["uid"] == uid))
            {
                var parts = key.Split('|');
                Delete(new Target(parts[0], parts[1], parts[2], null), []);
            }
        }

        return gone;
    }

    private JsonObject Store(Target target, JsonObject item, string type)
    {
        var stored = (JsonObject)item.DeepClone();
        stored["metadata"]!["resourceVersion"] = $"{++_version}";
        _objects[target.Key] = stored;
        Announce(type, target, stored);
        return stored;
    }

    private void Announce(string type, Target target, JsonObject item)
    {
        foreach (var (collection, @namespace, events) in _watches)
        {
            if (collection == target.Collection && (@namespace.Length == 0 || @namespace == target.Namespace))
                events.Writer.TryWrite(Event(type, item));
        }
    }

    private static string Event(string type, JsonObject item) =>
        new JsonObject { ["type"] = type, ["object"] = item.DeepClone() }.ToJsonString() + "\n";

    private static JsonObject Token() => new()
    {
        ["kind"] = "TokenRequest",
        ["apiVersion"] = "authentication.k8s.io/v1",
        ["status"] = new JsonObject { ["token"] = "a-token", ["expirationTimestamp"] = "2099-01-01T00:00:00Z" },
    };

    private static (int, JsonNode) NotFound(Target target) => (404, Failure(404, "NotFound", $"{target.Collection} \"{target.Name}\" not found"));

    private static JsonObject Failure(int code, string reason, string message) =>
        new() { ["kind"] = "Status", ["apiVersion"] = "v1", ["status"] = "Failure", ["code"] = code, ["reason"] = reason, ["message"] = message };

    private static long Version(JsonObject item) => long.Parse((string)item["metadata"]!["resourceVersion"]!, null);

    private static string Now() => TimeProvider.System.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", null);

    private sealed record Target(string Collection, string Namespace, string? Name, string? Sub)
    {
        public string Key => $"{Collection}|{Namespace}|{Name}";
    }
}
