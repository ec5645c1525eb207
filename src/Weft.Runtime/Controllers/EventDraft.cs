namespace Weft.Runtime.Controllers;

/// <summary>An Event to record about an object.</summary>
internal readonly record struct EventDraft(string Type, string Reason, string Message)
{
    public static EventDraft Normal(string reason, string message) => new("Normal", reason, message);

    public static EventDraft Warning(string reason, string message) => new("Warning", reason, message);
}
