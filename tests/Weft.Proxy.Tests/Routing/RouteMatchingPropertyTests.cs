using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;
using Weft.Proxy.Mesh;

namespace Weft.Proxy.Routing;

/// <summary>Random route tables and requests on a real proxy, against a plain evaluator of the same JSON.</summary>
public sealed class RouteMatchingPropertyTests
{
    private const int Routes = 40;
    private const int Requests = 300;

    private static readonly string[] Paths = ["/", "/a", "/A", "/a/", "/a/b", "/a/B/c", "/ab", "/b", "/b/1", "/b/22", "/c.d", "/c+d"];
    private static readonly string[] HeaderNames = ["x-one", "x-two"];
    private static readonly string[] Values = ["", "v", "V", "vw", "wv", "w v"];
    private static readonly string[] Methods = ["GET", "POST", "PUT"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task The_first_route_that_matches_wins(int seed)
    {
        var random = new Random(seed);
        var matches = Enumerable.Range(0, Routes).Select(_ => Match(random)).ToList();
        await using var mesh = await TestMesh.StartAsync(_ => Task.CompletedTask, Cancel, (kind, resources) =>
        {
            if (kind == "routes")
            {
                var host = resources.SelectMany(table => table!["virtualHosts"]!.AsArray()).First(host => host!["name"]!.GetValue<string>() == "beta.demo.svc.cluster.local:8000")!;
                host["routes"] = new JsonArray([.. matches.Select((match, index) => new JsonObject
                {
                    ["match"] = match.DeepClone(),
                    ["directResponse"] = new JsonObject { ["status"] = 200, ["body"] = new JsonObject { ["inlineString"] = $"{index}" } },
                })]);
            }
        });
        var client = mesh.Tunnel("beta.demo:8000");

        for (var turn = 0; turn < Requests; turn++)
        {
            var asked = Request(random);
            using var request = new HttpRequestMessage(new HttpMethod(asked.Method), "http://beta.demo:8000" + asked.Path + asked.Query);
            foreach (var (name, value) in asked.Headers)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }

            using var response = await client.SendAsync(request, Cancel);
            var expected = matches.FindIndex(match => Matches(match, asked));
            var actual = await response.Content.ReadAsStringAsync(Cancel);
            Assert.True(expected < 0 ? (int)response.StatusCode == 404 : actual == $"{expected}", $"{asked}: expected {expected}, got {(int)response.StatusCode} {actual}: {(expected < 0 ? null : matches[expected])}");
        }
    }

    private static JsonObject Match(Random random)
    {
        var match = new JsonObject { [Pick(random, "prefix", "path", "pathSeparatedPrefix", "safeRegex")] = null };
        var kind = match.First().Key;
        var path = Pick(random, Paths);
        match[kind] = kind switch
        {
            "safeRegex" => new JsonObject { ["regex"] = Pick(random, "/a.*", "/b/\\d+", "/[ab]", "/c\\.d", "/(a|b)/.*", ".*") },
            "pathSeparatedPrefix" => path == "/" ? "/a" : path.TrimEnd('/'),
            _ => path,
        };
        if (random.Next(3) == 0)
        {
            match["caseSensitive"] = random.Next(2) == 0;
        }

        if (random.Next(2) == 0)
        {
            match["headers"] = new JsonArray(Header(random));
        }

        if (random.Next(3) == 0)
        {
            match["queryParameters"] = new JsonArray(random.Next(2) == 0
                ? new JsonObject { ["name"] = "q", ["presentMatch"] = random.Next(3) > 0 }
                : new JsonObject { ["name"] = "q", ["stringMatch"] = StringMatch(random) });
        }

        return match;
    }

    private static JsonObject Header(Random random)
    {
        var header = new JsonObject { ["name"] = random.Next(4) == 0 ? ":method" : Pick(random, HeaderNames) };
        if (random.Next(3) == 0)
        {
            header["presentMatch"] = random.Next(3) > 0;
        }
        else
        {
            header["stringMatch"] = header["name"]!.GetValue<string>() == ":method" ? new JsonObject { ["exact"] = Pick(random, Methods) } : StringMatch(random);
        }

        if (random.Next(4) == 0)
        {
            header["invertMatch"] = true;
        }

        if (random.Next(4) == 0)
        {
            header["treatMissingHeaderAsEmpty"] = true;
        }

        return header;
    }

    private static JsonObject StringMatch(Random random)
    {
        var match = new JsonObject
        {
            [Pick(random, "exact", "prefix", "suffix", "contains")] = Pick(random, "v", "w", "vw", "V"),
        };
        if (random.Next(5) == 0)
        {
            match = new JsonObject { ["safeRegex"] = new JsonObject { ["regex"] = Pick(random, "v+", "[vw]*", "") } };
        }
        else if (random.Next(4) == 0)
        {
            match["ignoreCase"] = true;
        }

        return match;
    }

    private static Asked Request(Random random) => new(
        Pick(random, Methods),
        Pick(random, Paths),
        Pick(random, "", "?", "?q", "?q=v", "?q=w&q=v", "?r=v", "?q=%76w"),
        [.. HeaderNames.Where(_ => random.Next(2) == 0).Select(name => (name, Pick(random, Values)))]);

    private static bool Matches(JsonObject match, Asked asked)
    {
        var (kind, wanted) = match.First();
        var comparison = match["caseSensitive"]?.GetValue<bool>() ?? true ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        var path = asked.Path;
        var isPath = kind switch
        {
            "prefix" => path.StartsWith(wanted!.GetValue<string>(), comparison),
            "path" => path.Equals(wanted!.GetValue<string>(), comparison),
            "pathSeparatedPrefix" => path.Equals(wanted!.GetValue<string>(), comparison) || path.StartsWith(wanted.GetValue<string>() + "/", comparison),
            _ => Regex.IsMatch(path, $"^(?:{wanted!["regex"]!.GetValue<string>()})$"),
        };
        return isPath && (match["headers"]?.AsArray().All(header => MatchesHeader(header!, asked)) ?? true) && (match["queryParameters"]?.AsArray().All(parameter => MatchesQuery(parameter!, asked)) ?? true);
    }

    private static bool MatchesHeader(JsonNode header, Asked asked)
    {
        var name = header["name"]!.GetValue<string>();
        var value = name == ":method" ? asked.Method : asked.Headers.FirstOrDefault(sent => sent.Name == name).Value;
        var inverted = header["invertMatch"]?.GetValue<bool>() ?? false;
        if (value is null && header["treatMissingHeaderAsEmpty"] is not null)
        {
            value = "";
        }

        if (header["presentMatch"] is { } present)
        {
            return ((value is not null) == present.GetValue<bool>()) ^ inverted;
        }

        return value is not null && (MatchesText(header["stringMatch"]!, value) ^ inverted);
    }

    private static bool MatchesQuery(JsonNode parameter, Asked asked)
    {
        var values = QueryHelpers.ParseQuery(asked.Query);
        var isThere = values.TryGetValue("q", out var sent);
        return parameter["presentMatch"] is { } present ? isThere == present.GetValue<bool>() : isThere && MatchesText(parameter["stringMatch"]!, sent[0]!);
    }

    private static bool MatchesText(JsonNode match, string value)
    {
        var comparison = match["ignoreCase"] is null ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        return match["exact"] is { } exact ? value.Equals(exact.GetValue<string>(), comparison)
            : match["prefix"] is { } prefix ? value.StartsWith(prefix.GetValue<string>(), comparison)
            : match["suffix"] is { } suffix ? value.EndsWith(suffix.GetValue<string>(), comparison)
            : match["contains"] is { } contains ? value.Contains(contains.GetValue<string>(), comparison)
            : Regex.IsMatch(value, $"^(?:{match["safeRegex"]!["regex"]!.GetValue<string>()})$");
    }

    private static string Pick(Random random, params string[] choices) => choices[random.Next(choices.Length)];

    private sealed record Asked(string Method, string Path, string Query, (string Name, string Value)[] Headers)
    {
        public override string ToString() => new StringBuilder($"{Method} {Path}{Query}").AppendJoin("", Headers.Select(header => $" {header.Name}='{header.Value}'")).ToString();
    }
}
