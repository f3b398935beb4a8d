
namespace Assist.Inputs.Formats;

public enum ParseStatus
{
    /// <summary>A session was read; the log is filled.</summary>
    Session,

    /// <summary>A well-formed message of a type that carries no session.</summary>
    NotSession,

    /// <summary>Not a message of this format, or a needed field is cut or unreadable; see <see
    /// cref="SessionLog.Fault"/>.</summary>
    Malformed,
}

/// <summary>One vendor's log format. Stateless: one instance serves every receiving thread, each with a
/// <see cref="SessionLog"/> of its own. Never throws on any input and takes time linear in its length.</summary>
public interface IMessageFormat
{
    /// <summary>The name in the configuration, such as <c>pan-os</c>.</summary>
    string Name { get; }

    /// <summary>The layouts a message may have (PAN-OS: TRAFFIC and THREAT). A rule's field names are resolved against
    /// each of them at load; <see cref="SessionLog.Layout"/> is always one of these.</summary>
    IReadOnlyList<FieldLayout> Layouts { get; }

    ParseStatus Parse(ReadOnlyMemory<byte> message, SessionLog log);
}

/// <summary>The vendor's names of the fields of one kind of message, in the order of their index.</summary>
public sealed class FieldLayout
{
    private readonly Dictionary<string, int> _byName;

    /// <param name="ordinal">Position in <see cref="IMessageFormat.Layouts"/>.</param>
    /// <param name="names">Vendor's field names; empty where a field has none.</param>
    /// <param name="roles">Which fields play the roles that every vendor has.</param>
    public FieldLayout(string name, int ordinal, IReadOnlyList<string> names, IReadOnlyDictionary<FieldRole, int> roles)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(roles);
        (Name, Ordinal, Names) = (name, ordinal, names);
        _byName = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < names.Count; i++)
            if (names[i].Length > 0) _byName.TryAdd(names[i], i);
        foreach (var (role, index) in roles) _roles[(int)role] = index + 1;
    }

    private FieldLayout(FieldLayout other, int ordinal) =>
        (Name, Ordinal, Names, _byName, _roles) = (other.Name, ordinal, other.Names, other._byName, other._roles);

    private readonly int[] _roles = new int[Enum.GetValues<FieldRole>().Length];

    public string Name { get; }
    public int Ordinal { get; }
    public IReadOnlyList<string> Names { get; }

    /// <summary>The same layout at another place of a format that has several formats' layouts.</summary>
    internal FieldLayout At(int ordinal) => new(this, ordinal);

    /// <summary>Index of the vendor's field of that exact name, or -1.</summary>
    public int IndexOf(string name) => _byName.GetValueOrDefault(name, -1);

    /// <summary>Index of the field that plays the role, or -1 where the vendor has none.</summary>
    public int IndexOf(FieldRole role) => _roles[(int)role] - 1;
}

/// <summary>What every vendor's session log has under some name: for display, rule names and marking.</summary>
public enum FieldRole
{
    Type, Subtype, Action, Application, Rule, LogProfile, InInterface, OutInterface, SourceZone, DestinationZone,
    SessionId, Serial, ThreatName, User, Direction,

    /// <summary>Number of the log among those of its type and serial number.</summary>
    Sequence,
}
