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
    private readonly Dictionary<string, string> _learned = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _revisions = new(StringComparer.Ordinal);
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

    /// <summary>Differences of one step, empty when our answer is the recorded one.</summary>
    public async Task<IReadOnlyList<string>> SendAsync(JsonObject step)
    {
        using var request = Request(step);
        var auth = step["auth"]?.GetValue<string>();
        var client = auth is "admin" or "viewer" ? server.Client : _anonymous;
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var ours = Parse(text);
        var recorded = step["answer"];
        Learn(recorded, ours);
        if (_token.Length == 0 && ours is JsonObject answer && (answer["status"] as JsonObject)?["token"]?.GetValue<string>() is { } token) _token = token;
        var differences = new List<string>();
        if ((int)response.StatusCode != step["status"]!.GetValue<int>()) differences.Add($"status: recorded {step["status"]}, ours {(int)response.StatusCode}");
        differences.AddRange(StoryNormalizer.Differences(StoryNormalizer.Normalize(recorded), StoryNormalizer.Normalize(ours)));
        var warnings = response.Headers.TryGetValues("Warning", out var values) ? string.Join('\n', values) : "";
        var wanted = string.Join('\n', step["warnings"]!.AsArray().Select(w => w!.GetValue<string>()));
        if (StoryNormalizer.Normalize(warnings)!.ToString() != StoryNormalizer.Normalize(wanted)!.ToString()) differences.Add($"warnings: recorded {wanted}, ours {warnings}");
        return differences;
    }

    public void Dispose() => _anonymous.Dispose();

    private HttpRequestMessage Request(JsonObject step)
    {
        var path = RevisionQuery.Replace(Substitute(step["path"]!.GetValue<string>()), m => $"resourceVersion={_revisions.GetValueOrDefault(m.Groups[1].Value, m.Groups[1].Value)}");
        var request = new HttpRequestMessage(new HttpMethod(step["method"]!.GetValue<string>()), path);
        var body = step["body"];
        if (body is not null)
        {
            var content = body is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : body.ToJsonString();
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Substitute(content)));
        }

        foreach (var (name, value) in step["headers"]!.AsObject())
        {
            if (name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)) request.Content?.Headers.TryAddWithoutValidation(name, value!.GetValue<string>());
            else request.Headers.TryAddWithoutValidation(name, value!.GetValue<string>());
        }

        switch (step["auth"]?.GetValue<string>())
        {
            case "viewer":
                request.Headers.TryAddWithoutValidation("Impersonate-User", "viewer");
                request.Headers.TryAddWithoutValidation("Impersonate-Group", "viewers");
                break;
            case "bad":
                request.Headers.TryAddWithoutValidation("Authorization", "Bearer nope");
                break;
            case "token":
                request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {_token}");
                break;
        }

        return request;
    }

    private static JsonNode? Parse(string text)
    {
        if (text.Length == 0) return null;
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
            else if (name == "resourceVersion") _revisions[value.ToString()] = mine.ToString();
            else if ((name is "uid" or "continue" || (name == "name" && generated)) && value.ToString().Length > 0 && value.ToString() != mine.ToString()) _learned[value.ToString()] = mine.ToString();
        }
    }

    [GeneratedRegex("\"resourceVersion\": ?\"(\\d+)\"")]
    private static partial Regex RevisionField { get; }

    [GeneratedRegex(@"resourceVersion=(\d+)")]
    private static partial Regex RevisionQuery { get; }
}
