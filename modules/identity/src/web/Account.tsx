import { Menu, UnstyledButton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useRouter } from '@tanstack/react-router'
import classes from './identity.module.css'
import { initials, roleText, roleTexts } from './person.ts'
import { useSession, useSignInAs, useSignOut, welcomeQuery } from './queries.ts'
import { SwitchOperator } from './SwitchOperator.tsx'
import { texts } from './texts.ts'

/** The person menu of the top bar: who I am, another demo person with one click, sign out. */
export function Account() {
  const session = useSession()
  const welcome = useQuery({ ...welcomeQuery, enabled: session?.enterprise.demo === true })
  const signInAs = useSignInAs()
  const signOut = useSignOut()
  const navigate = useNavigate()
  const router = useRouter()
  if (!session) return null
  const { person } = session
  if (session.station) {
    return (
      <>
        <Link to="/station" className={classes.operator} aria-label={texts.account.station(person.name)}>
          <span className={classes.avatar} aria-hidden="true">
            {initials(person.name)}
          </span>
          <span className={classes.operatorName}>{person.name}</span>
        </Link>
        <SwitchOperator />
      </>
    )
  }
  const others = (welcome.data?.demoPeople ?? []).filter((other) => other.id !== person.id)
  return (
    <Menu position="bottom-end" width={272}>
      <Menu.Target>
        <UnstyledButton
          className={classes.avatarButton}
          aria-label={texts.account.menu(initials(person.name), person.name)}
        >
          <span className={classes.avatar} aria-hidden="true">
            {initials(person.name)}
          </span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown className={classes.menu}>
        <div className={classes.me}>
          <b>{person.name}</b>
          <div className="small second">{person.title || roleTexts(person)}</div>
          <div className="small muted">{session.enterprise.name}</div>
        </div>
        {others.length > 0 && (
          <>
            <Menu.Divider />
            <Menu.Label>{texts.account.switchTo}</Menu.Label>
            {others.map((other) => (
              <Menu.Item
                key={other.id}
                onClick={() => signInAs.mutate(other.id, { onSuccess: () => void router.invalidate() })}
              >
                <span className={classes.other}>
                  {other.name}
                  <span className="small muted">{roleText(other.role)}</span>
                </span>
              </Menu.Item>
            ))}
          </>
        )}
        <Menu.Divider />
        <Menu.Item onClick={() => void navigate({ to: '/identity/profile' })}>{texts.account.profile}</Menu.Item>
        <Menu.Item onClick={() => signOut.mutate(undefined, { onSettled: () => void navigate({ to: '/sign-in' }) })}>
          {texts.account.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
