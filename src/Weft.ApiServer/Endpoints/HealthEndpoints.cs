using System.Text;
using Microsoft.AspNetCore.Http;

namespace Weft.ApiServer.Endpoints;

/// <summary>One part of the server that is well or not, under the name that kube-apiserver has for the same part.</summary>
internal sealed record HealthCheck(string Name, Func<bool> Passes);

/// <summary>`/healthz`, `/livez` and `/readyz`, each with the checks below it: whether this server lives, and whether it has begun and not ended.</summary>
internal sealed class HealthEndpoints(IReadOnlyList<HealthCheck> live, IReadOnlyList<HealthCheck> ready)
{
    public static bool Serves(string path) => Root(path) is "healthz" or "livez" or "readyz";

    public async Task AnswerAsync(HttpContext context, string path)
    {
        var checks = Root(path) == "readyz" ? ready : live;
        var name = path.Trim('/')[Root(path).Length..].TrimStart('/');
        if (name.Length > 0) await OneAsync(context, checks.FirstOrDefault(c => c.Name == name));
        else await AllAsync(context, Root(path), checks);
    }

    private static string Root(string path) => path.Trim('/').Split('/')[0];

    private static Task OneAsync(HttpContext context, HealthCheck? check) => check switch
    {
        null => Answer.TextAsync(context, 404, "404 page not found\n"),
        _ when check.Passes() => Answer.TextAsync(context, 200, "ok"),
        _ => Answer.TextAsync(context, 500, "internal server error: not finished\n"),
    };

    private static Task AllAsync(HttpContext context, string root, IReadOnlyList<HealthCheck> checks)
    {
        var excluded = context.Request.Query["exclude"].Select(e => e ?? "").Where(e => e.Length > 0).Distinct().ToArray();
        var text = new StringBuilder();
        var failed = false;
        foreach (var check in checks)
        {
            var passes = excluded.Contains(check.Name) || check.Passes();
            failed |= !passes;
            text.Append(passes ? $"[+]{check.Name} {(excluded.Contains(check.Name) ? "excluded: ok" : "ok")}\n" : $"[-]{check.Name} failed: reason withheld\n");
        }

        var unknown = excluded.Where(e => checks.All(c => c.Name != e)).Order(StringComparer.Ordinal).Select(e => $"\"{e}\"").ToArray();
        if (unknown.Length > 0) text.Append($"warn: some health checks cannot be excluded: no matches for {string.Join(',', unknown)}\n");
        if (failed) return Answer.TextAsync(context, 500, $"{text}{root} check failed\n");
        return Answer.TextAsync(context, 200, context.Request.Query.ContainsKey("verbose") ? $"{text}{root} check passed\n" : "ok");
    }
}
