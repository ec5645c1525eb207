using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Weft.ApiServer.Discovery;
using Weft.ApiServer.Security;

namespace Weft.ApiServer.Endpoints;

internal enum FieldValidation
{
    Ignore,
    Warn,
    Strict,
}

/// <summary>One request for a resource: what its path, query and headers say. Warnings collect here and leave as headers.</summary>
internal sealed class ResourceRequest(HttpContext context, RequestPath path, ResourceDefinition resource, UserIdentity user, string verb)
{
    private const int LongestManagerName = 128;

    public HttpContext Context { get; } = context;

    public RequestPath Path { get; } = path;

    public ResourceDefinition Resource { get; } = resource;

    public UserIdentity User { get; } = user;

    /// <summary>get, list, watch, create, update, patch, delete, deletecollection.</summary>
    public string Verb { get; } = verb;

    public List<string> Warnings { get; } = [];

    public CancellationToken Aborted => Context.RequestAborted;

    public string Namespace => Path.Namespace;

    public bool DryRun { get; private set; }

    public FieldValidation FieldValidation { get; private set; } = FieldValidation.Warn;

    public string FieldManager { get; private set; } = "";

    public bool Force { get; private set; }

    public string Query(string name) => Context.Request.Query[name].ToString();

    public long? Number(string name)
    {
        var text = Query(name);
        if (text.Length == 0) return null;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw StatusErrors.BadRequest($"strconv.ParseInt: parsing \"{text}\": invalid syntax");
    }

    /// <summary>A boolean parameter as Kubernetes reads it: absent, "0" and "false" are false, everything else is true.</summary>
    public bool Flag(string name) =>
        Context.Request.Query.TryGetValue(name, out var value) && value.ToString() is var text && text != "0" && !text.Equals("false", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads and checks the options of a write; the kind names them in refusals.</summary>
    public void ReadWriteOptions(string kind)
    {
        var errors = new List<FieldError>();
        var dryRun = Context.Request.Query["dryRun"].Where(v => !string.IsNullOrEmpty(v)).ToArray();
        if (dryRun.Any(v => v != "All"))
            errors.Add(FieldError.NotSupported("dryRun", $"[{string.Join(", ", dryRun.Select(v => $"\"{v}\""))}]", ["All"]));
        DryRun = dryRun.Length > 0;
        Force = Flag("force");
        FieldManager = Query("fieldManager");
        if (FieldManager.Length > LongestManagerName) errors.Add(new FieldError("fieldManager", "FieldValueTooLong", "Too long: may not be more than 128 bytes"));
        if (Unprintable(FieldManager) is { } at)
            errors.Add(FieldError.Invalid("fieldManager", Admission.ObjectValidation.Quote(FieldManager), $"invalid character U+{(int)FieldManager[at]:X4} (at position {Encoding.UTF8.GetByteCount(FieldManager.AsSpan(0, at))})"));
        var validation = Query("fieldValidation");
        if (validation is not ("" or "Ignore" or "Strict" or "Warn"))
            errors.Add(FieldError.NotSupported("fieldValidation", $"\"{validation}\"", ["", "Ignore", "Strict", "Warn"]));
        if (errors.Count > 0) throw StatusErrors.Invalid("meta.k8s.io", kind, "", errors);
        FieldValidation = validation switch { "Strict" => FieldValidation.Strict, "Ignore" => FieldValidation.Ignore, _ => FieldValidation.Warn };
        if (FieldManager.Length == 0) FieldManager = AgentName(Context.Request.Headers.UserAgent.ToString());
    }

    private static int? Unprintable(string text)
    {
        var at = text.AsSpan().IndexOfAnyInRange('\0', '\x1f');
        return at >= 0 ? at : null;
    }

    /// <summary>Who writes without saying as whom: the program's name in the User-Agent, printable and no longer than a manager's name may be.</summary>
    private static string AgentName(string agent)
    {
        if (agent.Length == 0) return "unknown";
        var name = string.Concat(agent.Split('/')[0].Where(c => !char.IsControl(c)));
        return name.Length > LongestManagerName ? name[..LongestManagerName] : name;
    }
}
