using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Weft.ApiServer.Support;

namespace Weft.ApiServer.Stories;

/// <summary>Sends the requests of a recorded story in order; what the recording learned from an answer (uids, revisions, names) is replaced by what ours said.</summary>
internal sealed partial class StoryReplay(RunningServer server) : IDisposable
{
    private readonly HttpClient _anonymous = server.CreateClient(null);
    private readonly HttpClient _viewer = server.CreateClient(ViewerCertificate.Issue(server));
    private readonly Dictionary<string, string> _learned = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _revisions = new(StringComparer.Ordinal);
    private readonly List<(string Step, StoryStream Stream, JsonArray Events)> _streams = [];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private string _token = "";

    public static JsonArray Load(string story)
    {
        using var stream = typeof(StoryReplay).Assembly.GetManifestResourceStream($"{story}.json")!;
        using var unzipped = new GZipStream(stream, CompressionMode.Decompress);
        return JsonNode.Parse(unzipped)!.AsArray();
    }

    /// <summary>The steps at which we differ, with the reason: lines `story | step | reason`.</summary>
    public static Dictionary<string, string> Deviations(string story)
    {
        using var reader = new StreamReader(typeof(StoryReplay).Assembly.GetManifestResourceStream("deviations.txt")!);
        return reader.ReadToEnd().Split('\n').Select(l => l.Split(" | ")).Where(p => p.Length >= 2 && p[0] == story).ToDictionary(p => p[1], p => p.ElementAtOrDefault(2)?.Trim() ?? "", StringComparer.Ordinal);
    }

    /// <summary>As <see cref="SendAsync"/>; what controllers do in their own time is read again until it is as recorded, or they had time enough.</summary>
    public async Task<IReadOnlyList<string>> SettleAsync(JsonObject step)
    {
        var deadline = TimeProvider.System.GetUtcNow().Add(Patience);
        while (true)
        {
            var differences = await SendAsync(step);
            if (differences.Count == 0 || step["method"]!.ToString() != "GET" || step["events"] is not null || TimeProvider.System.GetUtcNow() > deadline) return differences;
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Differences of one step, empty when our answer is the recorded one. A watch stays open: see <see cref="StreamDifferencesAsync"/>.</summary>
    public async Task<IReadOnlyList<string>> SendAsync(JsonObject step)
    {
        using var request = await RequestAsync(step);
        var client = step["auth"]?.GetValue<string>() switch { "admin" => server.Client, "viewer" => _viewer, _ => _anonymous };
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        var differences = new List<string>();
        if ((int)response.StatusCode != step["status"]!.GetValue<int>()) differences.Add($"status: recorded {step["status"]}, ours {(int)response.StatusCode}");
        CompareHeaders(step, response, differences);
        if (step["events"] is JsonArray events && response.IsSuccessStatusCode)
        {
            _streams.Add((step["step"]!.GetValue<string>(), new StoryStream(response), events));
            return differences;
        }

        using (response) await CompareBodyAsync(step, response, differences);
        return differences;
    }

    /// <summary>Differences of the watches of the story, each with all events that arrived, when it is over.</summary>
    public async Task<IReadOnlyList<(string Step, string Difference)>> StreamDifferencesAsync()
    {
        var differences = new List<(string, string)>();
        foreach (var (step, stream, events) in _streams)
        {
            var ours = await stream.ReadAsync(events.Count);
            foreach (var (recorded, mine) in events.Zip(ours)) Learn(recorded, mine);
            var (recordedEvents, ourEvents) = StoryNormalizer.AlignEvents(events, ours);
            var found = StoryNormalizer.Differences(StoryNormalizer.Normalize(recordedEvents), StoryNormalizer.Normalize(ourEvents));
            if (found.FirstOrDefault() is { } difference) differences.Add((step, recordedEvents.Count == ourEvents.Count ? difference : $"events: recorded {StoryNormalizer.Names(recordedEvents)}, ours {StoryNormalizer.Names(ourEvents)}"));
        }

        return differences;
    }

    public void Dispose()
    {
        foreach (var (_, stream, _) in _streams) stream.Dispose();
        _anonymous.Dispose();
        _viewer.Dispose();
    }

    private void CompareHeaders(JsonObject step, HttpResponseMessage response, List<string> differences)
    {
        var type = response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var types) ? types.ToString() : "";
        if (type != step["type"]?.GetValue<string>()) differences.Add($"Content-Type: recorded {step["type"]}, ours {type}");
        foreach (var (name, value) in step["answerHeaders"] as JsonObject ?? [])
        {
            var ours = response.Headers.NonValidated.TryGetValues(name, out var found) ? found.ToString() : "";
            if (name == "Etag")
            {
                _learned[value!.ToString().Trim('"')] = ours.Trim('"');
                continue;
            }

            if (StoryNormalizer.Text(ours) != StoryNormalizer.Text(value!.ToString())) differences.Add($"{name}: recorded {value}, ours {ours}");
        }

        var warnings = response.Headers.TryGetValues("Warning", out var values) ? string.Join('\n', values.Order(StringComparer.Ordinal)) : "";
        var wanted = string.Join('\n', step["warnings"]!.AsArray().Select(w => w!.GetValue<string>()).Order(StringComparer.Ordinal));
        if (StoryNormalizer.Text(warnings) != StoryNormalizer.Text(wanted)) differences.Add($"warnings: recorded {wanted}, ours {warnings}");
    }

    private async Task CompareBodyAsync(JsonObject step, HttpResponseMessage response, List<string> differences)
    {
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        if (step["head"]?.GetValue<string>() is { } head)
        {
            // Of long or binary answers the recording kept the first bytes: text begins alike, binary answers have the type and status in common.
            if (head[0] == '{' && !Dense(text).StartsWith(Dense(head[..Math.Min(head.Length, 60)]), StringComparison.Ordinal)) differences.Add($"body: recorded {head}, ours {StoryNormalizer.Short(text)}");
            if (head[0] == '{') Learn(step["answer"], Parse(text));
            return;
        }

        var recorded = step["answer"] is JsonValue whole && whole.ToString().StartsWith("{\"type\":", StringComparison.Ordinal) ? Parse(whole.ToString()) : step["answer"];
        if (step["type"]!.ToString() == "application/yaml" && recorded is JsonValue yaml)
        {
            if (StoryNormalizer.Yaml(text) != StoryNormalizer.Yaml(yaml.ToString())) differences.Add($"YAML: recorded {yaml}, ours {text}");
            return;
        }

        var ours = Parse(text);
        Learn(recorded, ours);
        if (_token.Length == 0 && ours is JsonObject answer && (answer["status"] as JsonObject)?["token"]?.GetValue<string>() is { } token) _token = token;
        (recorded, ours) = StoryNormalizer.Align(recorded, ours);
        differences.AddRange(StoryNormalizer.Differences(StoryNormalizer.Normalize(recorded), StoryNormalizer.Normalize(ours)));
    }

    private async Task<HttpRequestMessage> RequestAsync(JsonObject step)
    {
        if (step["events"] is not null) await LearnPresentAsync(step["path"]!.GetValue<string>());
        var path = RevisionQuery.Replace(Substitute(step["path"]!.GetValue<string>()), m => $"resourceVersion={_revisions.GetValueOrDefault(m.Groups[1].Value, m.Groups[1].Value)}");
        var request = new HttpRequestMessage(new HttpMethod(step["method"]!.GetValue<string>()), path);
        if (Body(step) is { } bytes) request.Content = new ByteArrayContent(bytes);
        foreach (var (name, value) in step["headers"]!.AsObject())
        {
            if (name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)) request.Content?.Headers.TryAddWithoutValidation(name, value!.GetValue<string>());
            else request.Headers.TryAddWithoutValidation(name, Substitute(value!.GetValue<string>()));
        }

        if (step["headers"]!["User-Agent"] is null) request.Headers.UserAgent.ParseAdd("recorder/1.0");
        var auth = step["auth"]?.GetValue<string>();
        if (auth is "bad" or "token") request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {(auth == "bad" ? "nope" : _token)}");
        return request;
    }

    /// <summary>A watch from a revision that the recording knew from elsewhere begins at ours of now.</summary>
    private async Task LearnPresentAsync(string path)
    {
        if (RevisionQuery.Match(path).Groups[1].Value is not { Length: > 2 and < 7 } revision || _revisions.ContainsKey(revision)) return;
        var (_, list) = await server.SendAsync("GET", "/api/v1/namespaces?limit=1");
        _revisions[revision] = list["metadata"]!["resourceVersion"]!.ToString();
    }

    /// <summary>The recorded body; of those that the recording only described, one of the same kind and size.</summary>
    private byte[]? Body(JsonObject step)
    {
        var text = step["body"] switch
        {
            null => null,
            JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
            var body => body.ToJsonString(),
        };
        if (text is not null) return Encoding.UTF8.GetBytes(step["raw"] is null ? Substitute(text) : text);
        if (step["bodyBytes"] is not { } size) return null;
        return step["step"]!.ToString() switch
        {
            "CBOR Content-Type" => [0xd9, 0xd9, 0xf7, 0xa0],
            "protobuf garbage" => [0x6b, 0x38, 0x73, 0x00, 0x12, 0x00],
            "protobuf without magic" => "garbage"u8.ToArray(),
            "annotations over 256 KiB" => Encoding.UTF8.GetBytes($$$$"""{"metadata":{"name":"biga","annotations":{"a":"{{{{new string('x', 262144)}}}}"}}}"""),
            "data over 1 MiB" => Encoding.UTF8.GetBytes($$$"""{"metadata":{"name":"big"},"data":{"a":"{{{new string('x', 1048684)}}}"}}"""),
            _ => new byte[size.GetValue<int>()],
        };
    }

    private static string Dense(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));

    private static JsonNode? Parse(string text)
    {
        if (text.Length == 0) return null;
        if (text.StartsWith("{\"type\":", StringComparison.Ordinal)) return new JsonArray([.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l))]);
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }

    private string Substitute(string text)
    {
        if (_token.Length > 0) text = text.Replace("<jwt>", _token, StringComparison.Ordinal).Replace(@"\u003Cjwt\u003E", _token, StringComparison.Ordinal);
        foreach (var (recorded, ours) in _learned) text = text.Replace(recorded, ours, StringComparison.Ordinal);
        return RevisionField.Replace(text, m => $"\"resourceVersion\":\"{_revisions.GetValueOrDefault(m.Groups[1].Value, m.Groups[1].Value)}\"");
    }

    private void Learn(JsonNode? recorded, JsonNode? ours)
    {
        if (recorded is JsonArray a && ours is JsonArray b)
        {
            foreach (var (x, y) in a.Zip(b)) Learn(x, y);
            return;
        }

        if (recorded is not JsonObject left || ours is not JsonObject right) return;
        var generated = left["generateName"]?.ToString() is { } prefix && right["generateName"]?.ToString() == prefix;
        foreach (var (name, value) in left)
        {
            var mine = right[name];
            if (value is not JsonValue || mine is not JsonValue) Learn(value, mine);
            else if (name == "serverRelativeURL") _learned[value.ToString().Split("hash=")[^1]] = mine.ToString().Split("hash=")[^1];
            else if (name == "resourceVersion") _revisions[value.ToString()] = mine.ToString();
            else if ((name is "uid" or "continue" || (name == "name" && generated)) && value.ToString().Length > 6 && value.ToString() != mine.ToString()) _learned[value.ToString()] = mine.ToString();
        }
    }

    [GeneratedRegex("\"resourceVersion\": ?\"(\\d+)\"")]
    private static partial Regex RevisionField { get; }

    [GeneratedRegex(@"resourceVersion=(\d+)")]
    private static partial Regex RevisionQuery { get; }
}
